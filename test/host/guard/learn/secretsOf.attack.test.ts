import { MOST_SECRETS, MOST_UNITS } from '../../../../src/host/guard/learn/finds';
import { secretsOf } from '../../../../src/host/guard/learn/secretsOf';
import type { CredentialView } from '../../../../src/host/guard/learn/shapes';

/*
 * Credentials made to slow n8n down, to fill its memory, or to push a secret out of sight:
 * many fields, long values, long names, deep nesting, text that is slow to take apart, names that
 * reach for prototypes or for what a sealed token cannot hold.
 */

const marked: CredentialView = {
	name: 'anApi',
	properties: [{ name: 'k', type: 'string', typeOptions: { password: true } }],
};
const million = 1_000_000;

const nested = (depth: number): unknown => {
	let value: unknown = 'x-1';
	for (let i = 0; i < depth; i++) value = i % 2 === 0 ? { a: value } : [value];
	return value;
};

const HOSTILE: Record<string, unknown> = {
	'a long value': 'x1'.repeat(million / 2),
	blanks: ' '.repeat(million),
	'many addresses': '://@'.repeat(4000),
	'many schemes': 'a://'.repeat(4000),
	'many pairs': 'token=b;'.repeat(2000),
	'equals signs': 'a='.repeat(8000),
	'quotes that never end': 'x="'.repeat(5000),
	'dots and nothing behind': 'a.'.repeat(8000),
	'PEM heads': '-----BEGIN CERTIFICATE-----'.repeat(40_000),
	'deep JSON': '['.repeat(100_000) + ']'.repeat(100_000),
	'long JSON': JSON.stringify(Array(80_000).fill('abcdefgh1')),
	'a long name': JSON.stringify({ ['aA'.repeat(90_000)]: 'v' }),
	'deep objects': nested(100_000),
	'many fields': Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`f${i}`, `v-${i}`])),
	'a long list': Array.from({ length: 200_000 }, (_, i) => `value ${i}`),
};

describe.each(Object.keys(HOSTILE))('%s', (name) => {
	test.each([
		['an unknown type', undefined],
		['a marked field', marked],
	])('costs little and stays within the limits: %s', (_, type) => {
		const data = { k: HOSTILE[name] };
		secretsOf(type, data);
		const before = process.cpuUsage();
		const { secrets } = secretsOf(type, data);
		// Of the processor, in microseconds: others may be busy on it too.
		expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
		expect(secrets.length).toBeLessThanOrEqual(MOST_SECRETS);
		const units = secrets.reduce((sum, { value }) => sum + value.length, 0);
		expect(units).toBeLessThanOrEqual(MOST_UNITS);
	});
});

test.each(['a long value', 'long JSON', 'deep objects', 'many fields', 'a long list'])(
	'%s is reported as cut',
	(name) => {
		expect(secretsOf(undefined, { k: HOSTILE[name] }).cut).toBe(true);
	},
);

test('a credential of the usual size is not cut', () => {
	const key = `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(3000)}\n-----END PRIVATE KEY-----`;
	expect(secretsOf(marked, { k: key, other: 'x'.repeat(2000) })).toEqual({
		secrets: [
			{ field: 'k', value: key },
			{ field: 'other', value: 'x'.repeat(2000) },
		],
		cut: false,
	});
});

test('field names fit into a sealed token', () => {
	const data = {
		'a b.c/é"': { __proto__x: 'v-1', constructor: 'v-2', ['n'.repeat(500)]: 'v-3' },
		deep: nested(200),
	};
	const fields = secretsOf(undefined, data).secrets.map(({ field }) => field);
	expect(fields).toHaveLength(4);
	for (const field of fields) expect(field).toMatch(/^[A-Za-z0-9._-]{1,120}$/);
});

test('a field called __proto__ is a field like any other', () => {
	const data = JSON.parse('{"__proto__": {"deep": "v-1"}, "hasOwnProperty": "v-2"}');
	const fields = secretsOf(undefined, data).secrets.map(({ value }) => value);
	expect(fields).toEqual(['v-1', 'v-2']);
});
