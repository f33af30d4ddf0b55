import { fillPlaceholders, type NeedleSet } from '../needles';
import type { FileNames } from './sealedContent';

/** What stands for a type that holds a secret. */
const UNKNOWN_TYPE = 'application/octet-stream';

/** Of a file in which nothing can be searched for. */
export const NAMELESS: FileNames = { fileName: '[sealed]', mimeType: UNKNOWN_TYPE };

/** What may be kept beside a file; the same reference when nothing had to change. */
export function harmlessNames(needles: NeedleSet, names: FileNames): FileNames {
	const fileName = harmless(needles, names.fileName);
	const isTypeClean = harmless(needles, names.mimeType) === names.mimeType;
	if (fileName === names.fileName && isTypeClean) return names;
	return { ...names, fileName, mimeType: isTypeClean ? names.mimeType : UNKNOWN_TYPE };
}

function harmless(needles: NeedleSet, name: string | undefined): string | undefined {
	if (name === undefined) return undefined;
	const { value, hits } = needles.search(name);
	if (!hits.some((hit) => needles.needleOf(hit) !== undefined)) return name;
	return fillPlaceholders(value, () => '[sealed]');
}
