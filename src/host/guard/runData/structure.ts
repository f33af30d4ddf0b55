import type { NodeView } from '../workflows';
import { isPlain, WHOLE, type ContentSealer } from './sealContent';
import { NODE_STRUCTURE } from './shape';

/**
 * Items and errors hold structure of the host's amid their content. They are searched as one, which
 * is cheap, and then get their structure back.
 */

type Rec = Record<string, unknown>;

/** What seals content: in detail, or all of it. */
export type Sealing = Pick<ContentSealer, 'seal'>;

/**
 * Sealed items: whatever was found in them, they stay a list of records that have records.
 *
 * @param nodes - of the workflow: links name them
 */
export function sealItems(
	sealer: Sealing,
	items: unknown[],
	nodes: readonly NodeView[] = [],
): unknown[] {
	const sealed: unknown = sealer.seal(items);
	if (sealed === items) return items;
	const changed = Array.isArray(sealed) ? (sealed as unknown[]) : [];
	const after = items.map((item, i) =>
		isPlain(item) ? sealedItem(sealer, item, changed[i], nodes) : (changed[i] ?? sealer.seal(item)),
	);
	return after.every((item, i) => item === items[i]) ? items : after;
}

function sealedItem(sealer: Sealing, item: Rec, changed: unknown, nodes: readonly NodeView[]): Rec {
	if (changed === item) return item;
	const isItem = isPlain(changed) && Object.keys(item).every((key) => key in changed);
	const sealed = isItem ? { ...changed } : sealedParts(sealer, item);
	if (isLinkAmong(nodes, item.pairedItem)) sealed.pairedItem = item.pairedItem;
	if (isPlain(item.binary)) {
		sealed.binary = sealedFiles(sealer, item.binary, isItem ? changed.binary : undefined);
	}
	return sameIfSame(item, sealed);
}

/** A secret that is the name of a part does not change the part's name. */
const sealedParts = (sealer: Sealing, record: Rec): Rec =>
	Object.fromEntries(Object.keys(record).map((key) => [key, sealer.seal(record[key])]));

/** `2`, `{ item: 2, input: 0 }`, or a list of such. */
export const isLink = (value: unknown): boolean =>
	typeof value === 'number' ||
	(isPlain(value) && Object.keys(value).every((key) => isPlace(key, value[key]))) ||
	(Array.isArray(value) && value.every(isLink));

/** Whether a part of a link is a number, which n8n leaves out for the first input. */
export const isPlace = (key: string, part: unknown): boolean =>
	(key === 'item' || key === 'input') && (typeof part === 'number' || part === undefined);

/** A link that may say which node the item came from: `{ item: 2, sourceOverwrite: { previousNode: 'Loop' } }`. */
function isLinkAmong(nodes: readonly NodeView[], value: unknown): boolean {
	if (Array.isArray(value)) return value.every((each) => isLinkAmong(nodes, each));
	if (!isPlain(value)) return isLink(value);
	const { sourceOverwrite, ...link } = value;
	return isLink(link) && (sourceOverwrite === undefined || isSourceAmong(nodes, sourceOverwrite));
}

function isSourceAmong(nodes: readonly NodeView[], source: unknown): boolean {
	if (!isPlain(source)) return false;
	const { previousNode, previousNodeOutput, previousNodeRun, ...others } = source;
	const isPlaced = [previousNodeOutput, previousNodeRun].every(
		(place) => place === undefined || typeof place === 'number',
	);
	const isNode = nodes.some(({ name }) => name !== undefined && name === previousNode);
	return isPlaced && isNode && Object.keys(others).length === 0;
}

const HOST_WORD =
	/^(?:text|json|image|audio|video|pdf|html|txt|csv|xml|default|filesystem|filesystem-v2|database|s3|azure)$/;

/** Parts of a file that are the host's as long as they look like what the host writes there. */
const FILE_STRUCTURE: Readonly<Record<string, RegExp>> = {
	data: HOST_WORD,
	fileType: HOST_WORD,
	fileExtension: HOST_WORD,
	fileSize: /^\d{1,4}(?:\.\d+)? [kMGT]?B$/,
	id: /^(?:filesystem|filesystem-v2|database|s3|azure):[\w/:-]+$/,
};

/** Files by name; a name may hold a secret too. */
function sealedFiles(sealer: Sealing, files: Rec, changed: unknown): Rec {
	const after = isPlain(changed) ? Object.keys(changed) : [];
	const names = Object.keys(files);
	const isSame = isPlain(changed) && after.length === names.length;
	const entries = names.map((name, i) => {
		const key = isSame ? after[i] : sealedName(sealer, name);
		const file = isSame ? changed[key] : undefined;
		return [key, sealedFile(sealer, files[name], file)] as const;
	});
	return sameIfSame(files, Object.fromEntries(entries));
}

function sealedName(sealer: Sealing, name: string): string {
	const [key] = Object.keys(sealer.seal({ [name]: null }));
	return key === WHOLE ? sealer.seal(name) : key;
}

/** A file that is stored elsewhere is named by id, and its data is the name of that store. */
function sealedFile(sealer: Sealing, file: unknown, changed: unknown): unknown {
	if (!isPlain(file)) return changed ?? sealer.seal(file);
	if (file === changed) return file;
	const isFile = isPlain(changed) && Object.keys(file).every((key) => key in changed);
	const kept = Object.keys(FILE_STRUCTURE).filter((key) =>
		FILE_STRUCTURE[key].test(String(file[key])),
	);
	const parts = isFile ? changed : sealedParts(sealer, file);
	return sameIfSame(file, { ...parts, ...picked(file, kept) });
}

const ERROR_STRUCTURE = ['timestamp', 'lineNumber'];
const CONTEXT_STRUCTURE = ['nodeCause', 'itemIndex', 'runIndex'];

/** A sealed error, which may name nodes. */
export function sealError(sealer: Sealing, error: unknown): unknown {
	const changed: unknown = sealer.seal(error);
	if (changed === error || !isPlain(error)) return changed;
	const isError = isPlain(changed) && Object.keys(error).every((key) => key in changed);
	const sealed = isError ? { ...changed } : sealedParts(sealer, error);
	Object.assign(sealed, picked(error, ERROR_STRUCTURE));
	for (const [part, keys] of [
		['node', NODE_STRUCTURE],
		['context', CONTEXT_STRUCTURE],
	] as const) {
		const before = error[part];
		if (!isPlain(before)) continue;
		const after = sealed[part];
		const parts = isWholeOf(before, after) ? sealedParts(sealer, before) : after;
		sealed[part] = sameIfSame(before, { ...parts, ...picked(before, keys) });
	}
	return sameIfSame(error, sealed);
}

/** Whether nothing of a record is left but what was put in its place. */
const isWholeOf = (before: Rec, after: unknown): after is undefined =>
	!isPlain(after) || !Object.keys(before).every((key) => key in after);

const picked = (record: Rec, keys: readonly string[]): Rec =>
	Object.fromEntries(keys.filter((key) => key in record).map((key) => [key, record[key]]));

/** The record as it was, when all of its structure has been put back and nothing else was changed. */
function sameIfSame(before: Rec, after: Rec): Rec {
	const keys = Object.keys(after);
	const isSame = keys.length === Object.keys(before).length;
	return isSame && keys.every((key) => Object.is(before[key], after[key])) ? before : after;
}
