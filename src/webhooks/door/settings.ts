import type { AddressList } from '../addresses';
import type { Idempotency } from '../idempotency';
import type { JwtSettings } from '../jwt';
import type { SecretInput } from '../key';
import type { Reason } from '../refusal';
import type { WebhookRequest } from '../request';
import type { WebhookScheme } from '../scheme';

/** How a caller proves who it is. */
export type Proof =
	| { readonly kind: 'none' }
	| {
			readonly kind: 'scheme';
			readonly scheme: string | WebhookScheme;
			readonly secrets: readonly SecretInput[];
			/** Fetches the certificate that the request names, PEM, in place of secrets; rejects while it cannot be had. */
			readonly certificate?: () => Promise<string>;
			/** Seconds, in place of the scheme's own. */
			readonly toleranceSeconds?: number;
			readonly settings?: Readonly<Record<string, string>>;
	  }
	| { readonly kind: 'jwt'; readonly settings: JwtSettings };

/** Who and what is let in. */
export interface DoorSettings {
	/** The trigger's own name in the shared store. */
	readonly trigger: string;
	readonly proof: Proof;
	/** Nobody else; everybody where it is missing. */
	readonly allowed?: AddressList;
	/** Whose word about the caller's address is taken. */
	readonly proxies?: AddressList;
	readonly largestBodyBytes: number;
	/** Such as `application/json` or `text/*`; all where it is empty. */
	readonly contentTypes: readonly string[];
	/** A header with the sender's id of a delivery, for proofs that have none. In lower case. */
	readonly deliveryHeader?: string;
	/** Milliseconds for which copies are known where a scheme has no time; `null` lets copies in. */
	readonly replayMs: number | null;
}

/** Takes one of a caller's tokens; milliseconds to wait, or 0. */
export interface Limiter {
	take(caller: string): Promise<number> | number;
}

/** What the door needs of its surroundings. */
export interface DoorPorts {
	readonly now: () => number;
	/** Before anything is computed: by address. */
	readonly callers?: Limiter;
	/** After the proof: by whoever it proved. */
	readonly keys?: Limiter;
	/** After that: of everybody together. */
	readonly requests?: Limiter;
	readonly claim: (key: string, ttlMs: number) => Promise<boolean>;
	/** Repeated deliveries are answered; left out, they are only refused as copies. */
	readonly deliveries?: Idempotency;
	/** Puts a refusal on record; may not throw. */
	readonly record: (refusal: Refused) => void;
}

/** A request as a server hands it over. */
export interface Arrival extends Omit<WebhookRequest, 'rawBody'> {
	/** `null` where the server kept no bytes, as with multipart forms. */
	readonly rawBody: Uint8Array | null;
	/** Of the connection. */
	readonly remoteAddress: string;
}

/** Why the door stays shut: the verifier's reasons, and those of the door itself. */
export type Cause =
	| Reason
	| 'address_refused'
	| 'content_type_refused'
	| 'no_raw_body'
	| 'rate_limited'
	| 'store_unavailable'
	| 'too_large'
	| 'id_reused';

export interface Refused {
	readonly kind: 'refuse';
	readonly status: 401 | 403 | 409 | 413 | 415 | 429 | 500 | 503;
	/** For the operator. */
	readonly cause: Cause;
	readonly headers: Readonly<Record<string, string>>;
	/** Of the caller, as far as it is known. */
	readonly address: string | null;
}
