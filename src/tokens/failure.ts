/**
 * Why a service gave no token, by what to do about it.
 *
 * - `unsent`: it never saw the request
 * - `throttled`: it asks for a pause
 * - `server`: it had trouble of its own and says so
 * - `ambiguous`: it may have acted, and its answer is lost
 * - `grant-dead`: the grant has ended; where a person agreed, they have to again
 * - `client-bad`: it does not accept the client
 * - `request-bad`: it does not understand or allow what is asked
 * - `tls`: its certificate is not trusted
 * - `opaque`: it refuses without saying why
 */
export type FailureClass =
	| 'unsent'
	| 'throttled'
	| 'server'
	| 'ambiguous'
	| 'grant-dead'
	| 'client-bad'
	| 'request-bad'
	| 'tls'
	| 'opaque';

export interface FailureFacts {
	/** The error code of RFC 6749 or a status, never prose of the service. */
	readonly code: string;
	/** The pause that the service asks for, in milliseconds. */
	readonly retryAfterMs?: number;
	/** What the service's clock was ahead of this machine's, in milliseconds. */
	readonly skewMs?: number;
}

/** Stays within this room: what callers see is a SealboxError. */
export class TokenFailure extends Error {
	constructor(
		readonly failure: FailureClass,
		readonly facts: FailureFacts,
	) {
		super(`${failure}: ${facts.code}`);
		this.name = 'TokenFailure';
	}
}

/** RFC 6749 section 5.2, RFC 8693 section 2.2.2, and what well-known services say in its place. */
const CODES: Record<string, FailureClass> = {
	invalid_grant: 'grant-dead',
	bad_refresh_token: 'grant-dead',
	invalid_refresh_token: 'grant-dead',
	token_expired: 'grant-dead',
	token_revoked: 'grant-dead',
	invalid_client: 'client-bad',
	unauthorized_client: 'client-bad',
	incorrect_client_credentials: 'client-bad',
	invalid_request: 'request-bad',
	invalid_scope: 'request-bad',
	invalid_target: 'request-bad',
	unsupported_grant_type: 'request-bad',
	unsupported_token_type: 'request-bad',
	use_dpop_nonce: 'request-bad',
	server_error: 'server',
	temporarily_unavailable: 'server',
	slow_down: 'throttled',
	too_many_requests: 'throttled',
	ratelimited: 'throttled',
};

/** The class of an error code; `opaque` for an unknown one. */
export const classOfCode = (code: string): FailureClass => CODES[code] ?? 'opaque';

/** The class of a status that came without an error code. */
export function classOfStatus(status: number): FailureClass {
	if (status === 429) return 'throttled';
	if (status === 502 || status === 504) return 'ambiguous';
	if (status >= 500) return 'server';
	if (status === 404 || status === 405 || (status >= 300 && status < 400)) return 'request-bad';
	return status >= 400 ? 'opaque' : 'ambiguous';
}

/** Of a code only what RFC 6749 lets it hold, and not much of that: services put prose there, and secrets. */
export const safeCode = (code: string): string =>
	/^[\w.-]{1,40}$/.test(code) ? code : 'unreadable';
