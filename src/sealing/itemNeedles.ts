import { isEnvelope } from './seal';
import { replaceSelected } from './selection';

/** A value to look for, and the path of the field that it came from. */
interface FieldNeedle {
	readonly name: string;
	readonly value: string;
}

/** A scrubber cannot tell a shorter one from the words around it. */
const LEAST_DIGITS = 6;

/**
 * The secret values that stand in the named fields of an item, to search other places for.
 *
 * @param openEnvelope - opens a sealed field; its value stays with the caller and is in no item
 * @throws SealboxError `ERR_FIELD_MISSING`, `ERR_PATH_INVALID`, and what `openEnvelope` throws
 */
export function needlesIn(
	item: unknown,
	paths: readonly string[],
	mayMiss: boolean,
	openEnvelope: (envelope: string) => unknown,
): FieldNeedle[] {
	return paths.flatMap((path) => {
		const needles: FieldNeedle[] = [];
		replaceSelected(item, { by: 'path', paths: [path], mayMiss }, (read) => {
			const value = read();
			const secret = isEnvelope(value) ? openEnvelope(value) : value;
			needles.push(...textsIn(secret).map((text) => ({ name: path, value: text })));
			return value;
		});
		return needles;
	});
}

/** Every text in a value, and every number that is long enough to be told from others. */
function textsIn(value: unknown): string[] {
	const texts: string[] = [];
	replaceSelected(value, { by: 'all' }, (read) => {
		const leaf = read();
		if (typeof leaf === 'string' && leaf !== '') texts.push(leaf);
		if (typeof leaf === 'number' && String(leaf).length >= LEAST_DIGITS) texts.push(String(leaf));
		return leaf;
	});
	return texts;
}
