const CODES = [
	'ERR_AUDIT_UNWRITABLE',
	'ERR_ENVELOPE_MALFORMED',
	'ERR_ENVELOPE_VERSION',
	'ERR_KEY_INVALID',
	'ERR_KEY_UNKNOWN',
	'ERR_OPEN_FAILED',
	'ERR_FIELD_MISSING',
	'ERR_PATH_INVALID',
	'ERR_REVEAL_REFUSED',
	'ERR_VALUE_INVALID',
	'ERR_CREDENTIAL_INVALID',
	'ERR_BODY_UNSUITABLE',
	'ERR_DESTINATION_REFUSED',
	'ERR_HOST_REFUSED',
	'ERR_HOST_VERSION',
	'ERR_PAGINATION_REFUSED',
	'ERR_REDIRECT_REFUSED',
	'ERR_REQUEST_FAILED',
	'ERR_REQUEST_INVALID',
	'ERR_RESPONSE_INVALID',
	'ERR_RESPONSE_STATUS',
	'ERR_LOGIN_REFUSED',
	'ERR_MESSAGE_INVALID',
	'ERR_MESSAGE_REFUSED',
	'ERR_ROLLBACK_FAILED',
	'ERR_ROTATION_REFUSED',
	'ERR_SERVER_REFUSED',
	'ERR_STATE_UNAVAILABLE',
	'ERR_STATE_VERSION',
	'ERR_STATEMENT_FAILED',
	'ERR_STATEMENT_INVALID',
	'ERR_STATEMENT_TIMEOUT',
	'ERR_STATEMENT_UNDONE',
	'ERR_TLS_FAILED',
	'ERR_TOKEN_CONFIG',
	'ERR_TOKEN_REAUTH',
	'ERR_TOKEN_REJECTED',
	'ERR_TOKEN_REVOKED',
	'ERR_TOKEN_UNAVAILABLE',
	'ERR_TOKEN_UNREADABLE',
	'ERR_UNREACHABLE',
] as const;

/** What went wrong, stable across releases; a `switch` over it narrows. */
export type SealboxErrorCode = (typeof CODES)[number];

/**
 * A refusal by Sealbox.
 *
 * The message may be shown to anyone: it holds names, lengths, versions, ids and times,
 * never a value, a preview of one, or a cause.
 */
export class SealboxError extends Error {
	constructor(
		readonly code: SealboxErrorCode,
		message: string,
	) {
		super(message);
		this.name = 'SealboxError';
	}
}

/** Asks the code, not the class: two copies of this package can be loaded in one process. */
export const isSealboxError = (error: unknown): error is SealboxError =>
	error instanceof Error && CODES.includes((error as SealboxError).code);
