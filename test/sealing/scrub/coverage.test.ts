import { createScrubber } from '../../../src/sealing/scrub';
import { LISTED } from '../../coverage/listed';
import { measure, share, survives, type Cell } from '../../coverage/matrix';
import { drawSecrets } from '../../coverage/secrets';
import { UNLISTED } from '../../coverage/unlisted';

const DRAWS = 4;

const scrub = (text: string, { kind, value }: { kind: string; value: string }): string =>
	createScrubber([{ name: kind, value }]).text(text);

const drawn = Array.from({ length: DRAWS }, drawSecrets);
const cellsOf = (transforms: typeof LISTED): Cell[] =>
	drawn.flatMap((samples) => measure(samples, transforms, scrub));

const listed = cellsOf(LISTED);
const unlisted = cellsOf(UNLISTED);

const percent = (cells: Cell[]): string =>
	`${(share(cells) * 100).toFixed(1)} % of ${cells.length / DRAWS} cells`;

const missed = (cells: Cell[]): string => {
	const names = cells.filter((cell) => !cell.isMasked).map((c) => `${c.transform} / ${c.kind}`);
	return [...new Set(names)].sort().join('; ');
};

beforeAll(() => {
	process.stdout.write(
		`coverage, listed transforms: ${percent(listed)}; missed: ${missed(listed)}\n` +
			`coverage, unlisted transforms: ${percent(unlisted)}; missed: ${missed(unlisted)}\n`,
	);
});

test('the study lists 62 transforms, and more than 30 others are tried', () => {
	expect(Object.keys(LISTED)).toHaveLength(62);
	expect(Object.keys(UNLISTED).length).toBeGreaterThan(30);
});

test('the measure itself sees a leak', () => {
	expect(survives('abcdefghijklmnopqrstuvwxyz', 'xx cdefghijk xx')).toBe(true);
	expect(survives('abcdefghijklmnopqrstuvwxyz', 'xx cdefghi xx')).toBe(false);
	const none = drawn.flatMap((samples) => measure(samples, LISTED, (text) => text));
	expect(share(none)).toBe(0);
});

test('97 % of all cells are masked', () => {
	expect(share([...listed, ...unlisted])).toBeGreaterThanOrEqual(0.97);
});

test('97 % of the cells of listed transforms are masked', () => {
	expect(share(listed)).toBeGreaterThanOrEqual(0.97);
});

test('97 % of the cells of unlisted transforms are masked', () => {
	expect(share(unlisted)).toBeGreaterThanOrEqual(0.97);
});
