/*
 * Attacks on sealed tokens:
 *   - a token moved to another place, credential, field or key     - one character changed, cut or added
 *   - the bytes spelled in another way                            - text that only looks like a token
 *   - text made to keep the search for tokens busy
 */
import {
	openTokenOrNull,
	sealToken,
	tokenKey,
	tokensIn,
	TOKEN_PREFIX,
	type FoundToken,
} from '../../src/sealing/sealedToken';
import { ready } from '../../src/sealing/sodium';

beforeAll(() => ready);

const keyOf = (first: number) => tokenKey(Uint8Array.from({ length: 64 }, (_, i) => i + first));
const NAME = { credential: 'AbC123', field: 'password' };
const PLACE = ['instance', 'workflow'];
const make = () => sealToken(keyOf(0), NAME, PLACE, '1', '["s","the secret"]');
const open = (text: string, place: readonly string[] = PLACE, first = 0) => {
	const [found] = tokensIn(text) as (FoundToken | undefined)[];
	return found === undefined ? null : openTokenOrNull(keyOf(first), found, place);
};

test('the token as it is opens', () => {
	expect(open(make())).toBe('["s","the secret"]');
});

test.each([
	['another workflow', ['instance', 'other']],
	['another instance', ['other', 'workflow']],
	['names that are joined differently', ['instancew', 'orkflow']],
	['one name', ['instance']],
	['one name more', ['instance', 'workflow', '']],
	['credential and field as names', ['instance', 'workflow', 'AbC123', 'password']],
])('a token does not open in %s', (_, place) => {
	expect(open(make(), place)).toBeNull();
});

test('a token does not open with another key', () => {
	expect(open(make(), PLACE, 1)).toBeNull();
});

test.each([
	['another credential', (token: string) => token.replace('AbC123', 'AbC124')],
	['another field', (token: string) => token.replace('password', 'passwore')],
	[
		'credential and field in turn',
		(token: string) => token.replace('AbC123.password', 'password.AbC123'),
	],
	['a point moved', (token: string) => token.replace('AbC123.password', 'AbC1.23password')],
	['padding', (token: string) => token.replace(/\.$/, '=.')],
	['nothing in it', () => 'sealed.v1.AbC123.password.A.'],
	['much in it', () => `sealed.v1.AbC123.password.${'A'.repeat(100_000)}.`],
])('a token with %s does not open', (_, change) => {
	expect(open(change(make()))).toBeNull();
});

test('no token opens of which any one character was changed', () => {
	const token = make();
	const start = token.indexOf('password.') + 'password.'.length;
	for (let at = start; at < token.length - 1; at++) {
		const other = token[at] === 'A' ? 'B' : 'A';
		expect(open(token.slice(0, at) + other + token.slice(at + 1))).toBeNull();
		expect(open(token.slice(0, at) + token.slice(at + 1))).toBeNull();
	}
});

test.each([
	['many beginnings', TOKEN_PREFIX.repeat(20_000)],
	['a long credential', TOKEN_PREFIX + 'a'.repeat(200_000)],
	['a long field', `${TOKEN_PREFIX}a.${'b'.repeat(200_000)}`],
	['long frames without an end', `${TOKEN_PREFIX}a.b.${'c'.repeat(50)}`.repeat(4_000)],
	['one long frame without an end', `${TOKEN_PREFIX}a.b.${'c'.repeat(500_000)}`],
])('%s: 200,000 characters and more are searched in under a second', (_, text) => {
	const start = performance.now();
	tokensIn(text);
	expect(performance.now() - start).toBeLessThan(1_000);
});
