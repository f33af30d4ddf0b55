import fc from 'fast-check';
import { replaceSelected, listOf } from '../../src/sealing/selection';
import { codeOf } from './refusal';

const named = (names: string[], ...patterns: string[]): string[] => {
	const item = Object.fromEntries(names.map((name) => [name, 0]));
	const result = replaceSelected(item, { by: 'name', patterns }, () => 1);
	return Object.keys(result).filter((name) => result[name] === 1);
};

test.each([
	['token', ['token', 'Token', 'tokens', 'xtoken'], ['token', 'Token']],
	['*token', ['token', 'apiToken', 'tokens'], ['token', 'apiToken']],
	['token*', ['token', 'tokens', 'xtoken'], ['token', 'tokens']],
	['*token*', ['token', 'my_tokens', 'toke'], ['token', 'my_tokens']],
	['a*b*c', ['abc', 'axbxc', 'acb', 'ab'], ['abc', 'axbxc']],
	['a*a', ['a', 'aa', 'aba'], ['aa', 'aba']],
	['*', ['anything', ''], ['anything', '']],
	['a.b', ['a.b', 'axb'], ['a.b']],
	['', ['', 'x'], ['']],
])('the pattern %p fits these names only', (pattern, names, fitting) => {
	expect(named(names, pattern)).toEqual(fitting);
});

test('a pattern means what it means to everyone', () => {
	const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'B', '*'), maxLength: 8 });
	const names = fc.string({ unit: fc.constantFrom('a', 'b', 'A'), maxLength: 12 });
	fc.assert(
		fc.property(letters, names, (pattern, name) => {
			const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`, 'i').test(name);
			expect(named([name], pattern)).toEqual(expected ? [name] : []);
		}),
		{ numRuns: 2000 },
	);
});

test('a hostile name takes no time to speak of', () => {
	const started = process.hrtime.bigint();
	named(['a'.repeat(200_000)], `${'*a'.repeat(200)}*b`);
	expect(Number(process.hrtime.bigint() - started) / 1e6).toBeLessThan(1000);
});

test('what is not selected comes back as it is', () => {
	const item = { a: { b: [1, { c: 2 }] }, d: new Date(0) };
	expect(replaceSelected(item, { by: 'name', patterns: ['x*'] }, () => 1)).toBe(item);
	expect(replaceSelected(item, { by: 'path', paths: ['x'], mayMiss: true }, () => 1)).toBe(item);
	const result = replaceSelected(item, { by: 'name', patterns: ['d'] }, () => 1);
	expect(result.a).toBe(item.a);
});

test('data that is nested without end is refused', () => {
	let deep: unknown = 'x';
	for (let depth = 0; depth < 600; depth++) deep = [deep];
	expect(codeOf(() => replaceSelected(deep, { by: 'all' }, () => 1))).toBe('ERR_VALUE_INVALID');
});

test('a list of paths may have commas, line breaks and blanks', () => {
	expect(listOf(' a, b.c\n\nkeys[].value ,, ')).toEqual(['a', 'b.c', 'keys[].value']);
	expect(listOf(' \n, ')).toEqual([]);
});
