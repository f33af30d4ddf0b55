/** Why a request was refused: for the operator's records, never for the caller. */
export const REASONS = [
	'ambiguous_content',
	'bad_audience',
	'bad_body',
	'bad_body_hash',
	'bad_certificate',
	'bad_certificate_url',
	'bad_claim',
	'bad_id',
	'bad_issuer',
	'bad_options',
	'bad_scheme',
	'bad_secret',
	'bad_signature',
	'bad_timestamp',
	'bad_token',
	'bad_url',
	'duplicate_field',
	'duplicate_header',
	'future',
	'internal_error',
	'keys_unavailable',
	'missing_field',
	'missing_header',
	'missing_timestamp',
	'needs_jwt',
	'no_secret',
	'no_supported_signature',
	'not_covered',
	'secret_ended',
	'stale',
	'too_many_signatures',
	'unknown_key',
	'unknown_scheme',
	'wrong_algorithm',
] as const;
export type Reason = (typeof REASONS)[number];

/** What only the operator can put right: the caller may have done nothing wrong. */
const OPERATORS: readonly Reason[] = [
	'bad_options',
	'bad_scheme',
	'bad_secret',
	'internal_error',
	'needs_jwt',
	'no_secret',
	'unknown_scheme',
];

/** The HTTP status of a refusal: 500 when the operator has to act, 503 when it may pass, otherwise 401. */
export function statusOf(reason: Reason): 401 | 500 | 503 {
	if (reason === 'keys_unavailable') return 503;
	return OPERATORS.includes(reason) ? 500 : 401;
}

/** Ends a verification from within; never leaves this room. */
export class Refusal extends Error {
	constructor(readonly reason: Reason) {
		super(reason);
		this.name = 'Refusal';
	}
}

/** Stops here unless the condition holds. */
export function demand(condition: boolean, reason: Reason): asserts condition {
	if (!condition) throw new Refusal(reason);
}
