import {
	credentialOf,
	openTokenOrNull,
	sealToken,
	tokenCredential,
	tokenField,
	tokenKey,
	tokensIn,
} from '../../src/sealing/sealedToken';
import { ready } from '../../src/sealing/sodium';

beforeAll(() => ready);

const key = () => tokenKey(Uint8Array.from({ length: 64 }, (_, i) => i));
const NAME = { credential: 'AbC123', field: 'password' };
const PLACE = ['instance', 'workflow'];
const make = (json = '["s","x"]', run = '1', name = NAME, place = PLACE) =>
	sealToken(key(), name, place, run, json);

test('a token names credential and field, and is made of letters that need no escape anywhere', () => {
	const token = make('["s","<&\\"%ü"]');
	expect(token).toMatch(/^sealed\.v1\.AbC123\.password\.[\w-]+\.$/);
	expect(encodeURIComponent(token)).toBe(token);
	expect(JSON.stringify(token)).toBe(`"${token}"`);
});

test('a token holds what was sealed', () => {
	const [found] = tokensIn(make('["s","a\\ud800b"]'));
	expect(openTokenOrNull(key(), found, PLACE)).toBe('["s","a\\ud800b"]');
});

test('the same value in the same place of the same run gives the same token', () => {
	expect(make()).toBe(make());
});

test.each([
	['another value', make.bind(null, '["s","y"]')],
	['another run', make.bind(null, undefined, '2')],
	['another credential', make.bind(null, undefined, '1', { ...NAME, credential: 'other' })],
	['another field', make.bind(null, undefined, '1', { ...NAME, field: 'other' })],
	['another place', make.bind(null, undefined, '1', NAME, ['instance', 'other'])],
])('%s gives another token', (_, other) => {
	const frame = (token: string) => tokensIn(token)[0].frame;
	expect(frame(other())).not.toBe(frame(make()));
});

test('tokens are found between other text, side by side, and not in pieces', () => {
	const [one, two] = [make(), make('["s","y"]')];
	const text = `a.${one}${two}b ${one.slice(0, -1)} sealed.v1.x`;
	expect(tokensIn(text).map((token) => [token.start, token.text])).toEqual([
		[2, one],
		[2 + one.length, two],
	]);
});

test.each(['AbC123', 'a_b-c', '_x', 'ünï', 'a.b', '', '__proto__', 'a b'])(
	'any id of a credential can be carried by a token: %j',
	(id) => {
		const carried = tokenCredential(id);
		expect(carried).toMatch(/^[\w-]+$/);
		expect(credentialOf(carried)).toBe(id);
	},
);

test.each([
	['headers.X-Api.key', 'headers_X-Api_key'],
	['a"b<c>', 'a_b_c_'],
	['', '_'],
	['x'.repeat(99), 'x'.repeat(64)],
])('the field %j is carried as %j', (field, carried) => {
	expect(tokenField(field)).toBe(carried);
});

test('a field may not bring a text of its own into a token', () => {
	expect(tokenField('sealed.v1.a.b.c.')).not.toContain('.');
});
