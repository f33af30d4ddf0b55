import { connect, readHost, sightings } from './host.ts';
import { accessCases } from './webhooks/cases/access.ts';
import { addressCases } from './webhooks/cases/addresses.ts';
import { bytesCases } from './webhooks/cases/bytes.ts';
import { copyCases } from './webhooks/cases/copies.ts';
import { hostCases } from './webhooks/cases/host.ts';
import { signatureCases } from './webhooks/cases/signatures.ts';
import { timeCases } from './webhooks/cases/time.ts';
import { tokenCases } from './webhooks/cases/tokens.ts';
import { numbersOf, titleOf, type Case } from './webhooks/cases.ts';
import { Doors, type Run } from './webhooks/doors.ts';
import { KeySets } from './webhooks/keySets.ts';
import { SECRET } from './webhooks/sign.ts';

/**
 * The adversarial cases by their numbers, as requests to active workflows. Where n8n answers before
 * the node, its answer is asserted.
 */

const client = connect();
const host = readHost();
const doors = new Doors({ client, url: host.url, folder: host.folder });
const keySets = new KeySets();
const cases = new Map<number, Case>();
const numbers = numbersOf(__filename);

beforeAll(async () => {
	await keySets.start();
	const groups = [
		timeCases,
		bytesCases,
		signatureCases,
		copyCases,
		tokenCases(keySets),
		accessCases,
		addressCases,
		hostCases(keySets),
	];
	for (const one of groups.flatMap((group) => group(doors))) cases.set(one.number, one);
	await doors.open();
});
afterAll(() => keySets.stop());

const caseOf = (number: number): Case => {
	const found = cases.get(number);
	if (found === undefined) throw new Error(`case ${number} is not shown`);
	return found;
};

test.each(numbers.map((number) => [titleOf(number), number]))('%s', async (_title, number) => {
	await caseOf(number as number).run();
});

describe('all of them together', () => {
	let runs: Map<string, Run[]>;
	beforeAll(async () => {
		runs = await doors.runs();
	});

	test('are the cases that were collected', () => {
		expect([...cases.keys()].sort((a, b) => a - b)).toEqual(numbers);
	});

	test('come to one run for each request that was let in, and to none for the others', () => {
		const counts = new Map([...runs].map(([name, own]) => [name, own.length]));
		expect(counts).toEqual(doors.expected.runs);
	});

	test('come to one audit event with the reason for each request that was refused', async () => {
		expect(await doors.reasons()).toEqual(doors.expected.reasons);
	});

	test('leave no secret in a stored run', () => {
		for (const { raw } of [...runs.values()].flat()) {
			expect(doors.secrets.filter((secret) => raw.includes(secret))).toEqual([]);
		}
	});

	test('leave the secret nowhere else: not in the database, the logs or an answer', () => {
		expect(sightings([{ name: 'webhook secret', value: SECRET }], client)).toEqual([]);
	});

	test.each(numbers)('%d: what is stored of it', (number) => {
		caseOf(number).after?.(runs);
	});
});
