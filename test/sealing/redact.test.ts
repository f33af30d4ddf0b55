import { redact } from '../../src/sealing/redact';
import { refusal } from './refusal';

const R = '[redacted]';

test.each<[string, unknown, string[], unknown]>([
	['a field', { a: 1, token: 's' }, ['token'], { a: 1, token: R }],
	[
		'a nested field',
		{ user: { password: 's', name: 'n' } },
		['user.password'],
		{ user: { password: R, name: 'n' } },
	],
	[
		'every element',
		{ keys: [{ value: 's', id: 1 }, { value: 't' }] },
		['keys[].value'],
		{ keys: [{ value: R, id: 1 }, { value: R }] },
	],
	['elements themselves', { keys: ['s', 't'] }, ['keys[]'], { keys: [R, R] }],
	[
		'one element',
		{ rows: [{ t: 's' }, { t: 's' }] },
		['rows[1].t'],
		{ rows: [{ t: 's' }, { t: R }] },
	],
	['lists in lists', [[{ t: 's' }]], ['[][].t'], [[{ t: R }]]],
	['an index written with a dot', { rows: ['s', 't'] }, ['rows.0'], { rows: [R, 't'] }],
	['a whole object', { keys: { a: 's' } }, ['keys'], { keys: R }],
	[
		'numbers, booleans, null and empty text',
		{ a: 0, b: false, c: null, d: '' },
		['a', 'b', 'c', 'd'],
		{ a: R, b: R, c: R, d: R },
	],
	[
		'several paths at once',
		{ a: { x: 1, y: 2 }, b: 3 },
		['a.x', 'a.y', 'b'],
		{ a: { x: R, y: R }, b: R },
	],
	['a path and one inside it', { a: { x: 1 } }, ['a', 'a.x'], { a: R }],
	[
		'a list where the path has no []',
		{ keys: [{ value: 's' }] },
		['keys.value'],
		{ keys: [{ value: R }] },
	],
	[
		'a list of items where the path has no []',
		[{ token: 's' }, { token: 't' }],
		['token'],
		[{ token: R }, { token: R }],
	],
	[
		'a lone element where the path has []',
		{ keys: { value: 's' } },
		['keys[].value'],
		{ keys: { value: R } },
	],
	['a name with spaces and signs', { 'api key-1': 's' }, ['api key-1'], { 'api key-1': R }],
])('redact replaces %s', (_what, value, paths, expected) => {
	expect(redact(value, paths)).toEqual(expected);
});

test('what has no such field comes back as it is', () => {
	for (const value of [{ a: { b: 1 } }, [1, 2], 'text', 7, null, undefined, Buffer.from('x')]) {
		expect(redact(value, ['token', 'a.c', 'a.b.c', '[].d'])).toBe(value);
		expect(redact(value, [])).toBe(value);
	}
});

test('the original is untouched and shares the parts that hold no secret', () => {
	const value = { user: { password: 's', tags: ['t'] }, other: { big: true } };
	const before = structuredClone(value);
	const result = redact(value, ['user.password']);
	expect(value).toEqual(before);
	expect(result.other).toBe(value.other);
	expect(result.user.tags).toBe(value.user.tags);
	expect(result.user).not.toBe(value.user);
});

test('frozen values are redacted in a copy', () => {
	const value = Object.freeze({ user: Object.freeze({ password: 's' }) });
	expect(redact(value, ['user.password'])).toEqual({ user: { password: R } });
});

test('entries of maps and elements of sets are redacted', () => {
	const value = { map: new Map([['token', 's']]), set: new Set([{ token: 's' }]) };
	const result = redact(value, ['map.token', 'set[].token']);
	expect(result.map.get('token')).toBe(R);
	expect([...result.set]).toEqual([{ token: R }]);
	expect(value.map.get('token')).toBe('s');
});

test('a copy keeps its class', () => {
	class Login {
		constructor(
			readonly user: string,
			readonly password: string,
		) {}
		greeting(): string {
			return `Hello ${this.user}`;
		}
	}
	const result = redact(new Login('n', 's'), ['password']);
	expect(result).toBeInstanceOf(Login);
	expect(result.greeting()).toBe('Hello n');
	expect(result.password).toBe(R);
});

test.each(['', '.', 'a.', '.a', 'a..b', 'a[', 'a]', 'a[x]', '[]a', 'a[]b'])(
	'the path %p is refused with an example of a good one',
	(path) => {
		const { code, message } = refusal(() => redact({}, [path]));
		expect(code).toBe('ERR_PATH_INVALID');
		expect(message).toContain('keys[].value');
	},
);
