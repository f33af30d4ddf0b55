import { DateTime } from 'luxon';
import { bindable, mysqlDate } from '../../src/database/bind';
import { entryMaker, type EntryRules } from '../../src/database/entry';
import { exactNumber, finiteNumber, isoLocal, isoUtc } from '../../src/database/read';

const column = (name: string, type: string) => ({
	name,
	type,
	isOptional: true,
	isComputed: false,
	isKey: false,
});
const RULES: EntryRules = {
	columns: [
		column('a', 'int4'),
		column('j', 'jsonb'),
		column('t', 'text'),
		column('d', 'datetime'),
	],
	matchOn: [],
	ignoresUnknown: false,
	emptyTextIsNull: false,
};

test.each([
	['2024-05-01 12:00:00+00', '2024-05-01T12:00:00Z'],
	['2024-05-01 12:00:00.123456+02', '2024-05-01T10:00:00.123456Z'],
	['2024-01-01 00:30:00-05:30', '2024-01-01T06:00:00Z'],
	['2023-12-31 23:59:59.999999-00:00:01', '2024-01-01T00:00:00.999999Z'],
	['infinity', 'infinity'],
	['0044-03-15 12:00:00+00 BC', '0044-03-15 12:00:00+00 BC'],
])('a moment %s comes out as %s', (text, iso) => expect(isoUtc(text)).toBe(iso));

test('a time without a zone gets none', () => {
	expect(isoLocal('2024-05-01 12:00:00.5')).toBe('2024-05-01T12:00:00.5');
	expect(isoLocal('infinity')).toBe('infinity');
});

test('a number keeps all its digits, or is text', () => {
	expect(exactNumber('exact')('9007199254740991')).toBe(9007199254740991);
	expect(exactNumber('exact')('9007199254740993')).toBe('9007199254740993');
	expect(exactNumber('text')('7')).toBe('7');
	expect(exactNumber('numbers')('9007199254740993')).toBe(9007199254740992);
	expect(['1.5', 'NaN', '-Infinity'].map(finiteNumber)).toEqual([1.5, 'NaN', '-Infinity']);
});

test('dates of JavaScript and of n8n are bound in UTC', () => {
	const moment = DateTime.fromISO('2024-05-01T12:00:00.250+02:00', { setZone: true });
	expect(bindable('mysql', moment, 'x')).toBe('2024-05-01 10:00:00.250');
	expect(bindable('mysql', new Date(Date.UTC(2024, 4, 1)), 'x')).toBe('2024-05-01 00:00:00.000');
	expect(bindable('postgres', moment, 'x')).toBe('2024-05-01T12:00:00.250+02:00');
	expect(mysqlDate('2024-05-01T12:00:00Z')).toBe('2024-05-01 12:00:00');
});

test('objects go as JSON, lists as arrays where there are any', () => {
	expect(bindable('postgres', { a: [1n] }, 'x')).toBe('{"a":["1"]}');
	expect(bindable('postgres', [1, { b: 2 }], 'x')).toEqual([1, '{"b":2}']);
	expect(bindable('mysql', [1, 2], 'x')).toBe('[1,2]');
	expect(bindable('mysql', undefined, 'x')).toBeNull();
});

test.each([
	['NaN', NaN],
	['an infinite number', Infinity],
	['an invalid date', new Date(NaN)],
	['a function', () => 1],
	['a circle', Object.assign({}, { self: null as unknown })],
])('%s is refused before anything is sent', (what, value) => {
	if (what === 'a circle') (value as { self: unknown }).self = value;
	for (const engine of ['postgres', 'mysql'] as const) {
		expect(() => entryMaker(engine, RULES)(0, { a: value })).toThrow(
			/Field "a" .*Correct the item/,
		);
	}
});

test('a row for PostgreSQL is JSON, whose JSON columns hold what their text says', () => {
	const make = entryMaker('postgres', RULES);
	const { sent } = make(0, { a: 1n, j: '{"b": 1}', t: '{"b": 1}' });
	expect(JSON.parse(sent as string)).toEqual({ a: '1', j: { b: 1 }, t: '{"b": 1}' });
	expect(JSON.parse(make(0, { j: 'just text' }).sent as string)).toEqual({ j: 'just text' });
	expect(JSON.parse(make(0, { t: Buffer.from([255]) }).sent as string)).toEqual({ t: '\\xff' });
});

test('a row for MySQL has its moments in UTC, in date columns only', () => {
	const make = entryMaker('mysql', RULES);
	const iso = '2024-05-01T12:00:00+02:00';
	expect(make(0, { d: iso, t: iso }).sent).toEqual(['2024-05-01 10:00:00', iso]);
});

test('an empty text is nothing, on request', () => {
	const make = entryMaker('mysql', { ...RULES, emptyTextIsNull: true });
	expect(make(0, { a: '', t: 'x' }).sent).toEqual([null, 'x']);
});
