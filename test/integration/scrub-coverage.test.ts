import { createScrubber } from '../../src/sealing/scrub';
import { cells, isMasked, allSecrets, type Cell } from '../coverage/matrix';

/**
 * Every cell of the matrix goes through one scrubber per seed that knows all secrets of that seed.
 * The table names each transform with a miss and the classes of secrets it was missed for.
 */

const SEEDS = [11, 12, 13];

interface Verdict {
	readonly cell: Cell;
	readonly masked: boolean;
	/** The same with half the allowed run. */
	readonly strictly: boolean;
}

const verdictsFor = (seed: number): Verdict[] => {
	const scrubber = createScrubber(allSecrets(seed));
	return cells(seed).map((cell) => {
		const output = scrubber.text(cell.sample.text);
		return { cell, masked: isMasked(cell, output), strictly: isMasked(cell, output, 0.15) };
	});
};

const share = (verdicts: readonly Verdict[], part: 'masked' | 'strictly' = 'masked'): number =>
	verdicts.filter((verdict) => verdict[part]).length / verdicts.length;

const percent = (value: number): string => `${(100 * value).toFixed(2)} %`;

function missTable(verdicts: readonly Verdict[]): string {
	const rows = new Map<string, Verdict[]>();
	for (const verdict of verdicts) {
		const { group, name } = verdict.cell.transform;
		const key = `${group}: ${name}`;
		rows.set(key, [...(rows.get(key) ?? []), verdict]);
	}
	return [...rows]
		.map(([name, row]) => ({ name, row, missed: row.filter(({ masked }) => !masked) }))
		.filter(({ missed }) => missed.length > 0)
		.sort((a, b) => b.missed.length - a.missed.length)
		.map(({ name, row, missed }) => {
			const classes = [...new Set(missed.map(({ cell }) => cell.secret.name))].join(', ');
			return `  ${missed.length} of ${row.length}  ${name}  (${classes})`;
		})
		.join('\n');
}

describe('the scrubber against the matrix', () => {
	const verdicts = SEEDS.flatMap(verdictsFor);
	const of = (selects: (cell: Cell) => boolean) => verdicts.filter(({ cell }) => selects(cell));
	const inListed = of(({ transform }) => transform.group === 'listed');
	const inUnlisted = of(({ transform }) => transform.group === 'unlisted');

	beforeAll(() => {
		const line = (name: string, part: readonly Verdict[]) =>
			`  ${name.padEnd(28)}${percent(share(part))} of ${part.length} cells`;
		console.log(
			[
				'coverage',
				line('all', verdicts),
				line('listed by the study', inListed),
				line('not listed', inUnlisted),
				line(
					'accidental only',
					of(({ transform }) => transform.accidental),
				),
				`  with half the allowed run   ${percent(share(verdicts, 'strictly'))}`,
				'misses',
				missTable(verdicts),
			].join('\n'),
		);
	});

	test('masks at least 97 % of all cells', () => {
		expect(share(verdicts)).toBeGreaterThanOrEqual(0.97);
	});

	test('masks at least 97 % of the forms that the study does not name', () => {
		expect(share(inUnlisted)).toBeGreaterThanOrEqual(0.97);
	});

	test('masks every secret that is printed as it is', () => {
		const plain = of(({ transform }) => transform.name === 'plain');
		expect(plain.length).toBeGreaterThan(0);
		expect(share(plain)).toBe(1);
	});
});
