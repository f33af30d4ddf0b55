import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The collected cases are shown on the real host, or at the door, each in the file that the list names. */

interface Fact {
	number: number;
	file: string;
}

const root = join(__dirname, '../..');
const facts = JSON.parse(
	readFileSync(join(__dirname, 'vectors/webhook-cases.json'), 'utf8'),
) as Fact[];

const groups = join(root, 'test/e2e/webhooks/cases');
const grouped = readdirSync(groups)
	.map((file) => readFileSync(join(groups, file), 'utf8'))
	.join('\n');

test('all 74 cases are there, each once', () => {
	expect(facts).toHaveLength(74);
	expect(new Set(facts.map(({ number }) => number)).size).toBe(74);
});

test.each(facts)('case $number is shown in $file', ({ number, file }) => {
	const isGrouped = file.endsWith('webhook-cases.test.ts');
	const source = isGrouped ? grouped : readFileSync(join(root, file), 'utf8');
	const names = isGrouped ? [`number: ${number},`] : [`titleOf(${number})`, `test('${number}: `];
	expect(names.flatMap((name) => source.split(name).slice(1))).toHaveLength(1);
});
