import { Buffer } from 'node:buffer';
import type { Finds } from './finds';
import { looksLikeKey } from './values';

type Fields = Readonly<Record<string, unknown>>;

/** Who, and the proof of it, as they travel together in a Basic header. */
const LOGINS = [
	['user', 'password'],
	['username', 'password'],
	['userName', 'password'],
	['login', 'password'],
	['email', 'password'],
	['clientId', 'clientSecret'],
	['client_id', 'client_secret'],
] as const;

/** Learns the pairs of user and password, which hide a weak password from whoever looks for it. */
export function learnLogins(finds: Finds, data: Fields): void {
	for (const [userField, secretField] of LOGINS) {
		const user = data[userField];
		const secret = data[secretField];
		if (typeof user !== 'string' || typeof secret !== 'string' || user === '') continue;
		if (secret !== '') learnLogin(finds, secretField, `${user}:${secret}`);
		// Some services take a key as the user and no password.
		else if (looksLikeKey(user)) {
			finds.secret(userField, user);
			learnLogin(finds, userField, `${user}:`);
		}
	}
}

function learnLogin(finds: Finds, field: string, login: string): void {
	finds.derived(field, login);
	finds.derived(field, Buffer.from(login, 'utf8').toString('base64'));
}
