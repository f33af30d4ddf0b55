import { existsSync, globSync, readFileSync } from 'node:fs';

/** docs/faults.md and the tests that it names, held to each other. */

/** Where a test begins with the bare number of its fault. */
const OWN = [
	'test/integration/tokens/*.test.ts',
	'test/e2e/token.test.ts',
	'test/e2e/matrix/token-*.test.ts',
];
const own = new Set(globSync(OWN));

interface Row {
	readonly number: number;
	readonly proofs: readonly string[];
	readonly reason: string;
}

const rows: Row[] = readFileSync('docs/faults.md', 'utf8')
	.split('\n')
	.map((line) => line.split('|').map((cell) => cell.trim()))
	.filter(([, number]) => /^\d+$/.test(number ?? ''))
	.map(([, number, , last = '']) => ({
		number: Number(number),
		proofs: [...last.matchAll(/`([^`]+)`/g)].map(([, file]) => file ?? ''),
		reason: /^Not here: (.+)/.exec(last)?.[1] ?? '',
	}));

/** `25 to 27`, `7 and 47`, `36, 37 and 104`: every number in it. */
const numbersIn = (text: string): number[] =>
	text.split(/, | and /).flatMap((part) => {
		const [from = NaN, to = from] = part.split(' to ').map(Number);
		return Array.from({ length: to - from + 1 }, (_, step) => from + step);
	});

/** The faults that the names in a file begin with. */
function faultsIn(file: string): Set<number> {
	const source = readFileSync(file, 'utf8');
	const names = own.has(file)
		? /['"`](\d+(?:(?:, | and | to )\d+)*): /g
		: /['"`][^'"`\n]*\bfault (\d+(?:(?:, | and | to )\d+)*): /g;
	return new Set([...source.matchAll(names)].flatMap(([, text]) => numbersIn(text ?? '')));
}

test('each fault of the list is there, once and in order', () => {
	const numbers = rows.map(({ number }) => number);
	expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
	expect(numbers).toHaveLength(73);
	expect([numbers[0], numbers.at(-1)]).toEqual([1, 104]);
});

test.each(rows)('fault $number is proven where the list says, or the list says why not', (row) => {
	const { number, proofs, reason } = row;
	expect(proofs.filter((file) => !existsSync(file) || !faultsIn(file).has(number))).toEqual([]);
	expect(proofs.length > 0).toBe(reason === '');
});

test('each test that carries a number is in the list', () => {
	const listed = (number: number, file: string) =>
		rows.some((row) => row.number === number && row.proofs.includes(file));
	const strays = [...own].flatMap((file) =>
		[...faultsIn(file)]
			.filter((number) => !listed(number, file))
			.map((number) => `${file} ${number}`),
	);
	expect(strays).toEqual([]);
});
