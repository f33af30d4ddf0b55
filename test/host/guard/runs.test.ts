import { Runs } from '../../../src/host/guard/runs';

test('a run that goes on is never forgotten for others, and the others are', () => {
	const runs = new Runs();
	const long = runs.begin('long', 'w');
	runs.activate('long');
	for (let i = 0; i < 25_000; i++) runs.begin(String(i), 'w');
	expect(runs.get('long')).toBe(long);
	expect(runs.get('0')).toBeUndefined();
	expect(runs.get('24999')).toBeDefined();
});

test('what nodes got counts once, and not at all where the stored credential has it', () => {
	const { family } = new Runs().begin('1', 'w');
	const secret = (value: string) => [{ field: 'token', value }];
	const [stored, fresh, more] = ['s', 'f', 'm'].map((letter) => letter.repeat(9_000));
	family.hold('c', secret(stored), (value) => value === stored);
	for (let i = 0; i < 3; i++) family.hold('c', secret(fresh));
	expect(family.tooMuch).toBeUndefined();
	family.hold('c', secret(more));
	expect(family.tooMuch).toBe('c');
	expect([...family.held.keys()]).toEqual([stored, fresh]);
});
