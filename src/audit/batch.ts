import type { Entry, Head } from './event';
import { formatLine } from './line';
import type { Position } from './position';

/** Events made ready to be appended in one write. */
export interface Batch {
	readonly entries: readonly Entry[];
	/** What the chain ends with after each of the entries. */
	readonly heads: readonly Head[];
	readonly before: Position;
	readonly bytes: Buffer;
	/** Where the chain goes on once the bytes are written. */
	readonly after: Position;
}

/**
 * The bytes that put the entries on record at a position. What a crash cut off stays in the file, as
 * evidence, and an event before the entries says how many bytes that are.
 */
export function batchAt(position: Position, key: Uint8Array, entries: readonly Entry[]): Batch {
	const { chain, cutBytes, isUnended } = position;
	let { head } = position;
	let text = cutBytes > 0 || isUnended ? '\n' : '';
	const append = (entry: Entry): Head => {
		const line = formatLine(key, chain, head, entry);
		text += `${line.text}\n`;
		return (head = line.head);
	};
	if (cutBytes > 0) append({ time: entries[0].time, type: 'trail.healed', count: cutBytes });
	const heads = entries.map(append);
	const bytes = Buffer.from(text);
	const size = position.bytes + bytes.length;
	const after = { ...position, bytes: size, isNew: false, head, cutBytes: 0, isUnended: false };
	return { entries, heads, before: position, bytes, after };
}

/** The entries that are not on record when the chain was found to end with `head`; `null` when that is no part of the batch. */
export function leftOfOrNull({ entries, heads, before }: Batch, { hash }: Head): Entry[] | null {
	const written = heads.findIndex((head) => head.hash === hash);
	if (written >= 0) return entries.slice(written + 1);
	return hash === before.head.hash ? [...entries] : null;
}
