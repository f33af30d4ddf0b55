import { createHash, randomBytes } from 'node:crypto';

const HASHES: Record<string, string> = {
	MD5: 'md5',
	'SHA-256': 'sha256',
	'SHA-512-256': 'sha512-256',
};

/** What a server asks for in WWW-Authenticate. */
export interface Challenge {
	readonly realm: string;
	readonly nonce: string;
	readonly opaque?: string;
	readonly algorithm: string;
	readonly qop: boolean;
}

/**
 * The strongest Digest challenge that we can answer; `null` when there is none.
 *
 * @param header - WWW-Authenticate, several challenges joined by commas
 * @see RFC 7616 section 3.3
 */
export function challengeIn(header: string): Challenge | null {
	const offered = header
		.split(/(?:^|,\s*)Digest\s+/i)
		.slice(1)
		.map(readChallenge);
	const usable = offered.filter((c): c is Challenge => c !== null);
	return usable.find((c) => c.algorithm !== 'MD5') ?? usable[0] ?? null;
}

function readChallenge(text: string): Challenge | null {
	const fields = new Map(
		[...text.matchAll(/([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g)].map(
			([, name = '', quoted, plain]) =>
				[name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain ?? ''] as const,
		),
	);
	const nonce = fields.get('nonce');
	const algorithm = (fields.get('algorithm') ?? 'MD5').toUpperCase();
	const options = fields.get('qop')?.split(/\s*,\s*/);
	if (nonce === undefined || !(algorithm in HASHES)) return null;
	if (options !== undefined && !options.includes('auth')) return null;
	const opaque = fields.get('opaque');
	return {
		realm: fields.get('realm') ?? '',
		nonce,
		algorithm,
		qop: options !== undefined,
		...(opaque === undefined ? {} : { opaque }),
	};
}

/** The Authorization header that answers a challenge. @see RFC 7616 section 3.4 */
export function answerChallenge(
	challenge: Challenge,
	login: { user: string; password: string },
	request: { method: string; url: URL },
	cnonce = randomBytes(16).toString('hex'),
): string {
	const hash = (text: string) =>
		createHash(HASHES[challenge.algorithm] ?? 'md5')
			.update(text)
			.digest('hex');
	const uri = request.url.pathname + request.url.search;
	const a1 = hash(`${login.user}:${challenge.realm}:${login.password}`);
	const a2 = hash(`${request.method}:${uri}`);
	const middle = challenge.qop ? `${challenge.nonce}:00000001:${cnonce}:auth` : challenge.nonce;
	const quoted = (name: string, value: string) => `${name}="${value.replace(/["\\]/g, '\\$&')}"`;
	return [
		`Digest ${quoted('username', login.user)}`,
		quoted('realm', challenge.realm),
		quoted('nonce', challenge.nonce),
		quoted('uri', uri),
		`algorithm=${challenge.algorithm}`,
		...(challenge.qop ? ['qop=auth', 'nc=00000001', quoted('cnonce', cnonce)] : []),
		quoted('response', hash(`${a1}:${middle}:${a2}`)),
		...(challenge.opaque === undefined ? [] : [quoted('opaque', challenge.opaque)]),
	].join(', ');
}
