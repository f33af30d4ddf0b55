import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { secretsOf } from '../../../src/host/guard/learn/secretsOf';
import { viewOf } from '../../../src/host/guard/learn/viewOf';
import { filled } from './filled';
import { hostTypes } from './hostTypes';

/**
 * What is learned of every credential type. After a look at each difference, the table is written
 * anew by SEALBOX_WRITE_LEARNED=1.
 */

const TABLE = join(__dirname, 'learned.md');

const packages = hostTypes();
const byName = new Map(packages.flatMap(({ types }) => types).map((type) => [type.name, type]));
const names = [...byName.keys()];
const viewed = (name: string) => {
	const view = viewOf(name, (wanted) => byName.get(wanted));
	if (view === undefined) throw new Error(`${name} is no credential type`);
	return view;
};

/** The marked fields of a type, those that are learned and the others. */
function decided(name: string): { secret: string[]; open: string[] } {
	const { data, marks } = filled(viewed(name));
	const values = new Set(secretsOf(viewed(name), data).secrets.map(({ value }) => value));
	const fields = (isSecret: boolean) =>
		marks.filter(({ value }) => values.has(value) === isSecret).map(({ field }) => field);
	return { secret: fields(true), open: fields(false) };
}

const rowOf = (name: string): string => {
	const { secret, open } = decided(name);
	return `| ${name} | ${secret.join(', ')} | ${open.join(', ')} |`;
};

const table = (): string =>
	packages
		.map(({ title, types }) => {
			const head = `## ${title}\n\n| type | secret fields | public fields |\n|---|---|---|\n`;
			return head + types.map(({ name }) => `${rowOf(name)}\n`).join('');
		})
		.join('\n');

test('the types of n8n were found', () => {
	expect(names.length).toBeGreaterThan(440);
});

test('every field with a password mark is learned, and every session token', () => {
	const missed = names.flatMap((name) => {
		const marked = viewed(name)
			.properties.filter(({ typeOptions }) => typeOptions?.password || typeOptions?.expirable)
			.map((property) => property.name);
		const { open } = decided(name);
		return marked.filter((field) => open.includes(field)).map((field) => `${name}.${field}`);
	});
	expect(missed).toEqual([]);
});

test('what is learned is called by the name of its field', () => {
	const misnamed = names.flatMap((name) => {
		const { data, marks } = filled(viewed(name));
		const fields = new Map(marks.map(({ field, value }) => [value, field]));
		return secretsOf(viewed(name), data)
			.secrets.filter(({ field, value }) => fields.has(value) && fields.get(value) !== field)
			.map(({ field }) => `${name}.${field}`);
	});
	expect(misnamed).toEqual([]);
});

test('the decisions are those of the table', () => {
	if (process.env.SEALBOX_WRITE_LEARNED === '1') writeFileSync(TABLE, table());
	expect(table()).toBe(readFileSync(TABLE, 'utf8'));
});

test('an unmarked address, user or region is never learned', () => {
	const address = /(?:url|uri|host|hostname|endpoint|domain|user|username|email|region|port)$/i;
	const wrong = names.flatMap((name) => {
		const marked = viewed(name)
			.properties.filter(({ typeOptions }) => typeOptions?.password)
			.map((property) => property.name);
		const { secret } = decided(name);
		return secret
			.filter((field) => address.test(field) && !marked.includes(field))
			.map((field) => `${name}.${field}`);
	});
	expect(wrong).toEqual([]);
});

test('the credential types of all packages are read in a fraction of a millisecond each', () => {
	const credentials = names.map((name) => ({ view: viewed(name), ...filled(viewed(name)) }));
	const round = (): number => {
		const start = performance.now();
		for (const { view, data } of credentials) secretsOf(view, data);
		return (performance.now() - start) / credentials.length;
	};
	expect(Math.min(round(), round(), round(), round())).toBeLessThan(0.2);
});
