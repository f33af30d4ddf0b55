import { SealboxError } from '../sealing/error';
import type { TokenRecord } from './record';

/** What callers are told when there is no token, each with what to do. */

export const revoked = ({ label }: TokenRecord): SealboxError =>
	new SealboxError(
		'ERR_TOKEN_REVOKED',
		`The grant at ${label} was revoked. Connect the credential again, with a new consent.`,
	);

export const rejected = ({ label }: TokenRecord): SealboxError =>
	new SealboxError(
		'ERR_TOKEN_REJECTED',
		`The API rejects a token that ${label} has only just given out. Check the scopes of the credential and the URL of the request; no new token is asked for within five minutes.`,
	);

/** Why a record yields no token at this moment. */
export function unavailable(record: TokenRecord): SealboxError {
	const { health, label, trouble } = record;
	const why = trouble ? ` (${trouble.reason}: ${trouble.code})` : '';
	if (health === 'NEEDS_REAUTH') {
		return new SealboxError(
			'ERR_TOKEN_REAUTH',
			`The grant at ${label} has ended${why}. Open the credential, and connect it again or paste a new refresh token.`,
		);
	}
	if (health === 'CONFIG_ERROR') {
		return new SealboxError(
			'ERR_TOKEN_CONFIG',
			`${label} refuses to give a token${why}. Check URL, client, scope and the other fields of the credential.`,
		);
	}
	return later(label, why, trouble?.nextAttemptAtMs);
}

export const later = (label: string, why = '', atMs?: number): SealboxError =>
	new SealboxError(
		'ERR_TOKEN_UNAVAILABLE',
		`${label} gives no token at the moment${why}. Run the workflow again later${
			atMs === undefined ? '' : `; the next attempt is made after ${new Date(atMs).toISOString()}`
		}.`,
	);
