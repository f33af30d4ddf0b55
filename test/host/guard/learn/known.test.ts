import { KnownSecrets } from '../../../../src/host/guard/learn/known';

const HOUR_MS = 3_600_000;
const secret = (value: string, field = 'password') => ({ field, value });

let now = 0;
let known: KnownSecrets;
beforeEach(() => {
	now = 1_000_000;
	known = new KnownSecrets(() => now);
});

const valuesOf = (...ids: string[]): string[] => known.secretsFor(ids).map(({ value }) => value);

test('secrets are given with the credential that they belong to', () => {
	known.learn('1', 'One', [secret('a')]);
	known.learn('2', 'Two', [secret('b')]);
	expect(known.secretsFor(['2', '3', '2'])).toEqual([
		{ credentialId: '2', field: 'password', value: 'b' },
	]);
	expect([...known.all()]).toHaveLength(2);
	expect(known.nameOf('2')).toBe('Two');
});

test('a replaced value stays for a day', () => {
	known.learn('1', 'One', [secret('old')]);
	for (const value of ['b', 'c', 'd']) known.learn('1', 'One', [secret(value)]);
	now += 23 * HOUR_MS;
	expect(valuesOf('1')).toContain('old');
	now += HOUR_MS;
	expect(valuesOf('1')).not.toContain('old');
});

test('the values of the three latest versions stay however old they are', () => {
	for (const value of ['a', 'b', 'c', 'd']) known.learn('1', 'One', [secret(value)]);
	now += 1000 * HOUR_MS;
	expect(valuesOf('1').sort()).toEqual(['b', 'c', 'd']);
});

test('an announced value stays for a day after it was announced last', () => {
	known.learn('1', 'One', [secret('stored')]);
	known.learnMore('1', 'One', [secret('minted', 'token')]);
	now += 20 * HOUR_MS;
	known.learnMore('1', 'One', [secret('minted', 'token')]);
	now += 20 * HOUR_MS;
	expect(valuesOf('1')).toEqual(['stored', 'minted']);
	now += 4 * HOUR_MS;
	expect(valuesOf('1')).toEqual(['stored']);
});

test('a value that is announced after the others were asked for is among them', () => {
	known.learn('1', 'One', [secret('stored')]);
	const all = () => [known.secretsFor(['1']), known.needlesFor(['1'])];
	expect(all().map((each) => each.length)).toEqual([1, 1]);
	known.learnMinted(['stored'], [secret('minted', 'token')]);
	expect(all().map((each) => each.length)).toEqual([2, 2]);
});

test('an announced value that is stored later stays for good', () => {
	known.learnMore('1', 'One', [secret('fresh')]);
	known.learn('1', 'One', [secret('fresh')]);
	now += 100 * HOUR_MS;
	expect(valuesOf('1')).toEqual(['fresh']);
});

test('a forgotten credential leaves nothing behind', () => {
	known.learn('1', 'One', [secret('a')]);
	known.forget('1');
	expect([...known.all()]).toEqual([]);
	expect(known.nameOf('1')).toBeUndefined();
});

describe('generation', () => {
	const changes = (act: () => void): boolean => {
		const before = known.generation;
		act();
		return known.generation !== before;
	};

	test('grows with each change and with nothing else', () => {
		expect(changes(() => known.learn('1', 'One', [secret('a')]))).toBe(true);
		expect(changes(() => known.learn('1', 'One', [secret('a')]))).toBe(false);
		expect(changes(() => known.learnMore('1', 'One', [secret('a')]))).toBe(false);
		expect(changes(() => known.learnMore('1', 'One', [secret('b')]))).toBe(true);
		expect(changes(() => known.learnMore('1', 'One', [secret('b')]))).toBe(false);
		expect(changes(() => known.learn('1', 'One', [secret('c')]))).toBe(true);
		expect(changes(() => known.forget('1'))).toBe(true);
		expect(changes(() => known.forget('1'))).toBe(false);
	});

	test('grows when a value expires', () => {
		known.learnMore('1', 'One', [secret('a')]);
		expect(changes(() => (now += 25 * HOUR_MS))).toBe(true);
	});
});

describe('bounds', () => {
	const many = (count: number) => Array.from({ length: count }, (_, i) => secret(`value ${i}`));

	test('the credential that takes the most room makes room, and is named', () => {
		known = new KnownSecrets(() => now, { mostSecrets: 10, mostUnits: 1_000_000 });
		known.learn('small', 'Small', [secret('a')]);
		known.learn('big', 'Big', many(100));
		expect(valuesOf('small')).toEqual(['a']);
		expect([...known.all()].length).toBeLessThanOrEqual(10);
		expect([...known.cutCredentials]).toEqual(['big']);
	});

	test('a credential that was cut is whole again once it is small', () => {
		known = new KnownSecrets(() => now, { mostSecrets: 10, mostUnits: 1_000_000 });
		known.learn('1', 'One', many(11));
		expect([...known.cutCredentials]).toEqual(['1']);
		known.learn('1', 'One', [secret('a')]);
		expect([...known.cutCredentials]).toEqual([]);
		expect(valuesOf('1')).toContain('a');
	});

	test('long values count by their length', () => {
		known = new KnownSecrets(() => now, { mostSecrets: 10, mostUnits: 1000 });
		known.learn('small', 'Small', [secret('a')]);
		known.learn('big', 'Big', [secret('x'.repeat(2000))]);
		expect([...known.all()].map(({ value }) => value)).toEqual(['a']);
	});

	test('a credential that was cut is not learned anew each time', () => {
		known = new KnownSecrets(() => now, { mostSecrets: 10, mostUnits: 1_000_000 });
		known.learn('big', 'Big', many(100));
		const before = known.generation;
		known.learn('big', 'Big', many(100));
		expect(known.generation).toBe(before);
	});

	test('of announced values the latest thousand are kept', () => {
		for (const each of many(1500)) known.learnMore('1', 'One', [each]);
		expect(valuesOf('1')).toHaveLength(1000);
		expect(valuesOf('1')).toContain('value 1499');
	});
});
