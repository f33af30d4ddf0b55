import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Entry, Head } from './event';

/*
 * One event is one line: a JSON object whose last two members are `prev`, the hash of the line before, and
 * `hash`, the HMAC-SHA256 over DOMAIN and the bytes of the line up to `,"hash":`. docs/audit.md has every
 * field. Records outlive releases, so nothing here may change without another DOMAIN.
 */
const DOMAIN = 'sealbox/audit/v1\n';
const HASH = /^[0-9a-f]{64}$/;
/** `,"hash":"` 64 digits `"}` */
const SEAL_BYTES = 75;

/** What the first event of a chain follows. */
export const START: Head = { seq: 0, hash: '0'.repeat(64) };

/** An event as it was read. */
export interface Line extends Entry {
	readonly seq: number;
	readonly process: string;
	readonly prev: string;
	readonly hash: string;
}

/** The line, without its end, and what the next one follows. @param key - secret, 32 bytes */
export function formatLine(key: Uint8Array, process: string, after: Head, entry: Entry) {
	const seq = after.seq + 1;
	const { time, ...rest } = entry;
	const body = JSON.stringify({ seq, time, process, ...rest, prev: after.hash }).slice(0, -1);
	const hash = hashOf(key, Buffer.from(body)).toString('hex');
	return { text: `${body},"hash":"${hash}"}`, head: { seq, hash } };
}

/** `null` unless the bytes are one whole event, whoever wrote it. */
export function parseLineOrNull(bytes: Buffer): Line | null {
	const line = jsonOrNull(bytes.toString('utf8'));
	return isRecord(line) && isLine(line) ? line : null;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

const isLine = (line: object): line is Line => {
	const {
		seq,
		time,
		process,
		type,
		actor = '',
		subject = {},
		count = 0,
		heads = [],
		prev,
		hash,
	} = line as Record<string, unknown>;
	return (
		[seq, count].every(Number.isSafeInteger) &&
		[time, process, type, actor].every((text) => typeof text === 'string') &&
		[prev, hash].every((text) => typeof text === 'string' && HASH.test(text)) &&
		isRecord(subject) &&
		Object.values(subject).every((text) => typeof text === 'string') &&
		Array.isArray(heads) &&
		heads.every(isRecord)
	);
};

/** Whether the line was written with this key and not altered since. */
export function isConfirmed(key: Uint8Array, bytes: Buffer, { hash }: Line): boolean {
	const body = bytes.subarray(0, -SEAL_BYTES);
	if (bytes.toString('latin1', body.length) !== `,"hash":"${hash}"}`) return false;
	return timingSafeEqual(hashOf(key, body), Buffer.from(hash, 'hex'));
}

/** A public name of the key, which tells a line of another key from one that was altered. */
export const keyIdOf = (key: Uint8Array): string =>
	createHmac('sha256', key).update('sealbox/audit/key-id').digest('hex').slice(0, 8);

const hashOf = (key: Uint8Array, body: Buffer): Buffer =>
	createHmac('sha256', key).update(DOMAIN).update(body).digest();

/** `null` for everything that is no JSON: crashes leave halves of lines. */
function jsonOrNull(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
