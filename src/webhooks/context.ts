import { createHash } from 'node:crypto';
import { demand } from './refusal';

/** What a verification needs besides the request, the scheme and the secrets. */
export interface VerifyOptions {
	/** Milliseconds since 1970. */
	readonly now?: () => number;
	/** In place of the scheme's own; 0 allows the very second alone. */
	readonly toleranceSeconds?: number;
	/** What the receiver knows and a scheme asks for by name, such as the id of a webhook. */
	readonly settings?: Readonly<Record<string, string>>;
}

export interface Context {
	readonly nowMs: number;
	readonly settings: Readonly<Record<string, string>>;
	/** Seconds; the operator's where there is one. */
	tolerance(ofScheme: number): number;
}

const LONGEST_TOLERANCE_SECONDS = 86_400;

export function contextOf({
	now = Date.now,
	toleranceSeconds,
	settings = {},
}: VerifyOptions): Context {
	const nowMs = now();
	demand(Number.isFinite(nowMs), 'bad_options');
	if (toleranceSeconds !== undefined) {
		const isInRange = toleranceSeconds >= 0 && toleranceSeconds <= LONGEST_TOLERANCE_SECONDS;
		demand(typeof toleranceSeconds === 'number' && isInRange, 'bad_options');
	}
	return { nowMs, settings, tolerance: (ofScheme) => toleranceSeconds ?? ofScheme };
}

/** A request that was let in. */
export interface Verified {
	readonly ok: true;
	/** The sender's id of the delivery, whether it is signed or not. */
	readonly id?: string;
	/** Seconds since 1970, as the sender says. */
	readonly timestamp?: number;
	/** Which of the secrets it was, counted from 0. */
	readonly secret: number;
	/**
	 * What makes this request this one, as hashes: of its signed id, or of all that was signed. A copy has
	 * the same. There is none where nothing is signed.
	 */
	readonly replayKeys: readonly string[];
}

const LONGEST_ID = 512;

/** An id of a delivery, if there is a usable one. */
export function checkedId(id: string | undefined): string | undefined {
	demand(id === undefined || id.length <= LONGEST_ID, 'bad_id');
	return id;
}

/** Not the value itself, which may be long, or what a signature is made of. */
export const replayKey = (scheme: string, what: 'id' | 'content', value: string | Uint8Array) =>
	createHash('sha256').update(`${scheme}\n${what}\n`).update(value).digest('hex');
