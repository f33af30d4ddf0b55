import { valueAt } from '../../http/jsonPath';
import { TokenFailure, classOfStatus } from '../failure';
import { fingerprint } from '../fingerprint';
import { ask, type TokenRequest } from '../http';
import type { Circumstances, Holding, Issued, Source } from '../issued';
import { lifeOf } from '../life';

/** A login call of an API's own, and where its answer holds what. */
export interface SessionLogin {
	/** Secret, but for its URL. */
	readonly request: TokenRequest;
	/** For instance `data.token`; in a header: `header:x-auth-token`. */
	readonly tokenPath: string;
	/** Where the answer says how long the token lives. */
	readonly expiryPath?: string;
	/** What stands there: seconds or milliseconds from now, or a moment as seconds, milliseconds or text. */
	readonly expiryForm?: 'seconds' | 'milliseconds' | 'unix' | 'unixMilliseconds' | 'date';
	/** The life of a token whose answer says nothing, in milliseconds; `null`: until it is refused. */
	readonly lifeMs: number | null;
	readonly tokenType?: string;
	/** Public texts that make this credential the one it is. */
	readonly identity: readonly string[];
	/** Secret: changes when what logs in changes. */
	readonly proof: string;
}

/** @param key - secret, for keyed hashes; 32 bytes */
export function sessionLogin(login: SessionLogin, key: Uint8Array): Source {
	const { url } = login.request;
	return {
		id: fingerprint(key, 'session', url, ...login.identity),
		client: fingerprint(key, 'session client', url, ...login.identity),
		clientProof: fingerprint(key, 'proof', login.proof),
		label: new URL(url).host,
		async obtain(holding: Holding, circumstances: Circumstances): Promise<Issued> {
			const answer = await ask(login.request, circumstances);
			const { status, startedAtMs, skewMs, headers, text } = answer;
			if (status < 200 || status >= 300) throw refusalOf(status, skewMs);
			const body = parsedOrNull(text);
			const found = login.tokenPath.startsWith('header:')
				? headers[login.tokenPath.slice(7).toLowerCase()]
				: valueAt(body, login.tokenPath);
			if (typeof found !== 'string' || found === '') {
				throw new TokenFailure('ambiguous', { code: 'no_token_at_path' });
			}
			return {
				accessToken: found,
				tokenType: login.tokenType ?? 'Bearer',
				obtainedAtMs: startedAtMs,
				...endOf(login, body, found, startedAtMs, holding),
			};
		},
	};
}

/** A login is refused with 401 or 403: what logs in is wrong, and asking again may lock the account. */
const refusalOf = (status: number, skewMs: number): TokenFailure =>
	new TokenFailure(status === 401 || status === 403 ? 'client-bad' : classOfStatus(status), {
		code: `status_${status}`,
		skewMs,
	});

function endOf(
	{ expiryPath, expiryForm = 'seconds', lifeMs }: SessionLogin,
	body: unknown,
	token: string,
	startedAtMs: number,
	holding: Holding,
): Pick<Issued, 'expiresAtMs' | 'oddities'> {
	const said = expiryPath ? valueAt(body, expiryPath) : undefined;
	const moment = {
		unix: Number(said) * 1_000,
		unixMilliseconds: Number(said),
		date: Date.parse(String(said)),
	};
	if (expiryForm in moment) {
		const at = moment[expiryForm as keyof typeof moment];
		if (at > startedAtMs) return { expiresAtMs: at, oddities: [] };
	}
	const isSpan = expiryForm === 'seconds' || expiryForm === 'milliseconds';
	return lifeOf(isSpan ? said : undefined, token, startedAtMs, {
		unitMs: expiryForm === 'milliseconds' ? 1 : 1_000,
		fallbackMs: lifeMs ?? holding.lifeMs,
	});
}

function parsedOrNull(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		// Not JSON: it has no paths.
		return null;
	}
}
