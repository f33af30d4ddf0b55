import { SealboxError } from './error';
import type { Keyset } from './keyset';
import { mask, type MaskOptions } from './mask';
import { REDACTED } from './redact';
import { isEnvelope, open, reseal, seal } from './seal';
import { replaceSelected, type Selection } from './selection';

/** Whom the sealed fields of an item belong to: the keys, and text that has to match on opening. */
export interface Sealing {
	readonly keyset: Keyset;
	/** Public; for instance the id of a customer. Empty binds to nothing but the keys. */
	readonly context: string;
}

/** First field of the context, so that an envelope made elsewhere with these keys does not open as an item's. */
const PURPOSE = 'sealbox/item';

/**
 * Seals the selected fields. The value goes in as JSON, so that a number comes back as a number.
 * What these keys have sealed already stays as it is, so that running twice does no harm.
 * @throws {@link SealboxError} as {@link replaceSelected} and {@link seal}
 */
export const sealFields = <T>(item: T, selection: Selection, sealing: Sealing): T =>
	replaceSelected(item, selection, (read) => {
		const value = read();
		return isSealedBy(value, sealing) ? value : sealValue(value, sealing);
	});

/**
 * Opens the selected fields. Named by path, a field has to be sealed; otherwise only sealed text is
 * touched.
 * @throws {@link SealboxError} as {@link replaceSelected} and {@link open}
 */
export const openFields = <T>(item: T, selection: Selection, sealing: Sealing): T =>
	replaceSelected(item, selection, (read) => {
		const value = read();
		return isMeant(value, selection) ? openValue(value, sealing) : value;
	});

/** Seals again with the primary key whatever is sealed in the selected fields. Reveals nothing. */
export const resealFields = <T>(item: T, selection: Selection, { keyset, context }: Sealing): T =>
	replaceSelected(item, selection, (read) => {
		const value = read();
		return isMeant(value, selection) ? reseal(value as string, keyset, [PURPOSE, context]) : value;
	});

/** Puts a mask in place of the selected fields. */
export const maskFields = <T>(item: T, selection: Selection, options: MaskOptions): T =>
	replaceSelected(item, selection, (read) => mask(read() as string, options));

/** Puts `[redacted]` in place of the selected fields. */
export const redactFields = <T>(item: T, selection: Selection): T =>
	replaceSelected(item, selection, () => REDACTED);

/** What {@link sealFields} sealed. */
export function openValue(envelope: unknown, { keyset, context }: Sealing): unknown {
	const bytes = open(envelope as string, keyset, [PURPOSE, context]);
	const value = parsedOrUndefined(Buffer.from(bytes).toString());
	bytes.fill(0);
	if (value !== undefined) return value;
	throw new SealboxError(
		'ERR_ENVELOPE_MALFORMED',
		'The sealed value is not JSON, so it was not sealed by this node.',
	);
}

function sealValue(value: unknown, { keyset, context }: Sealing): string {
	const json = jsonOrUndefined(value);
	if (json !== undefined) return seal(json, keyset, [PURPOSE, context]);
	throw new SealboxError(
		'ERR_VALUE_INVALID',
		`A value of type ${typeof value} has no JSON form. Convert it to text first.`,
	);
}

/** A text that only looks sealed is a value like others, and has to be sealed. */
function isSealedBy(value: unknown, sealing: Sealing): boolean {
	if (!isEnvelope(value)) return false;
	try {
		openValue(value, sealing);
		return true;
	} catch {
		return false;
	}
}

const isMeant = (value: unknown, selection: Selection): boolean =>
	selection.by === 'path' || isEnvelope(value);

/** `undefined` stands for what JSON cannot hold: functions, cycles, big integers. */
function jsonOrUndefined(value: unknown): string | undefined {
	try {
		return JSON.stringify(value);
	} catch {
		return undefined;
	}
}

/** `undefined` stands for text that is not JSON; JSON itself has no such value. */
function parsedOrUndefined(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}
