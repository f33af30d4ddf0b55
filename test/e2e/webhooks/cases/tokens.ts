import { createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { Cases } from '../cases.ts';
import type { KeySets } from '../keySets.ts';
import type { Sent } from '../send.ts';
import { atMs, NOW_S } from '../sign.ts';

const rsa = (modulusLength = 2048) => generateKeyPairSync('rsa', { modulusLength });
const [ours, theirs] = [rsa(), rsa()];
const PEM = ours.publicKey.export({ format: 'pem', type: 'spki' }).toString();
const ISSUER = 'https://login.example.com/';
const AUDIENCE = 'n8n';

const encoded = (data: object) => Buffer.from(JSON.stringify(data)).toString('base64url');
const claims = (changes: object = {}) => ({
	iss: ISSUER,
	aud: AUDIENCE,
	exp: NOW_S + 3600,
	...changes,
});

function token(key: KeyObject, header: object = {}, changes: object = {}): string {
	const text = `${encoded({ alg: 'RS256', ...header })}.${encoded(claims(changes))}`;
	return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
}

const sent = (text: string, laterMs = 0): Sent => ({
	atMs: atMs + laterMs,
	headers: { authorization: `Bearer ${text}` },
});

const jwkOf = (key: KeyObject, kid: string, more: object = {}) => ({
	...key.export({ format: 'jwk' }),
	kid,
	alg: 'RS256',
	use: 'sig',
	...more,
});

const jwt = (more: object = {}) => ({
	authentication: 'jwt',
	issuer: ISSUER,
	audience: AUDIENCE,
	algorithms: ['RS256'],
	...more,
});

/** RemoteKeys asks again for an unknown key after 30 s, and for the set after 10 minutes. */
const AFTER_COOLDOWN_MS = 31_000;
const AFTER_AGE_MS = 601_000;

/** JSON Web Tokens, with keys from a credential and from a set that is published. */
export const tokenCases =
	(keySets: KeySets): Cases =>
	(doors) => {
		const door = doors.add('jwt', jwt(), [PEM]);
		const both = doors.add('jwt, two families', jwt({ algorithms: ['RS256', 'HS256'] }), [PEM]);
		const published = (path: string) => doors.add(path, jwt({ keySetUrl: keySets.url(path) }));
		const rotating = published('/rotating');
		const cached = published('/cached');
		const never = published('/never');
		const [twins, unsigned, short] = ['/twins', '/encryption', '/short'].map(published);
		return [
			{
				number: 67,
				run: async () => {
					const text = `${encoded({ alg: 'HS256' })}.${encoded(claims())}`;
					const forged = `${text}.${createHmac('sha256', PEM).update(text).digest('base64url')}`;
					await doors.refuses(door, sent(forged), 'wrong_algorithm');
					await doors.refuses(both, sent(forged), 'wrong_algorithm');
				},
			},
			{
				number: 68,
				run: async () => {
					const refused = [
						[{ iss: 'https://evil.example/' }, 'bad_issuer'],
						[{ aud: 'another' }, 'bad_audience'],
						[{ aud: ['another', 'third'] }, 'bad_audience'],
						[{ aud: undefined }, 'bad_audience'],
					] as const;
					for (const [changes, reason] of refused) {
						await doors.refuses(door, sent(token(ours.privateKey, {}, changes)), reason);
					}
					await doors.lets(door, sent(token(ours.privateKey, {}, { aud: ['x', AUDIENCE] })));
				},
			},
			{
				number: 70,
				run: async () => {
					const url = keySets.url('/elsewhere');
					keySets.sets.set('/elsewhere', { keys: [jwkOf(theirs.publicKey, 'own')] });
					const headers = [
						{ jku: url, kid: 'own' },
						{ x5u: url },
						{ jwk: jwkOf(theirs.publicKey, 'own') },
					];
					for (const header of headers) {
						await doors.refuses(door, sent(token(theirs.privateKey, header)), 'bad_signature');
					}
					expect(keySets.asked).not.toContain('/elsewhere');
				},
			},
			{
				number: 71,
				run: async () => {
					const asked = () => keySets.asked.filter((path) => path === '/rotating').length;
					const old = jwkOf(ours.publicKey, 'old');
					keySets.sets.set('/rotating', { keys: [old] });
					await doors.lets(rotating, sent(token(ours.privateKey, { kid: 'old' })));
					keySets.sets.set('/rotating', { keys: [old, jwkOf(theirs.publicKey, 'new')] });
					const fresh = token(theirs.privateKey, { kid: 'new' });
					await doors.lets(rotating, sent(fresh, AFTER_COOLDOWN_MS));
					expect(asked()).toBe(2);
					const unknown = token(theirs.privateKey, { kid: 'unknown' });
					await doors.refuses(rotating, sent(unknown, AFTER_COOLDOWN_MS + 1), 'unknown_key');
					expect(asked()).toBe(2);
				},
			},
			{
				number: 73,
				run: async () => {
					const text = token(ours.privateKey, { kid: 'k' });
					keySets.sets.set('/cached', { keys: [jwkOf(ours.publicKey, 'k')] });
					await doors.lets(cached, sent(text));
					keySets.sets.delete('/cached');
					await doors.lets(cached, sent(text, AFTER_AGE_MS));
					expect(keySets.asked.filter((path) => path === '/cached')).toHaveLength(2);
					await doors.refuses(never, sent(text), 'keys_unavailable', 503);
				},
			},
			{
				number: 74,
				run: async () => {
					const small = rsa(512);
					keySets.sets.set('/twins', {
						keys: [jwkOf(ours.publicKey, 'k'), jwkOf(theirs.publicKey, 'k')],
					});
					keySets.sets.set('/encryption', { keys: [jwkOf(ours.publicKey, 'k', { use: 'enc' })] });
					keySets.sets.set('/short', { keys: [jwkOf(small.publicKey, 'k')] });
					const header = { kid: 'k' };
					await doors.refuses(twins!, sent(token(ours.privateKey, header)), 'unknown_key');
					await doors.refuses(unsigned!, sent(token(ours.privateKey, header)), 'unknown_key');
					await doors.refuses(short!, sent(token(small.privateKey, header)), 'bad_token');
				},
			},
		];
	};
