import fc from 'fast-check';
import { mandatoryAtMs, phaseOf } from '../../src/tokens/margins';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const of = (life: number) => ({ obtainedAtMs: 0, expiresAtMs: life });

test.each([
	['an hour', HOUR, 0, 44, 'fresh'],
	['an hour', HOUR, 0, 46, 'advisory'],
	['an hour', HOUR, 1, 52, 'fresh'],
	['an hour', HOUR, 1, 53, 'advisory'],
	['an hour', HOUR, 1, 59, 'mandatory'],
	['an hour', HOUR, 1, 60, 'expired'],
	['five minutes', 5 * MINUTE, 0, 3.7, 'fresh'],
	['five minutes', 5 * MINUTE, 0, 3.8, 'advisory'],
	['five minutes', 5 * MINUTE, 0, 4.1, 'mandatory'],
	['a minute', MINUTE, 0, 0.4, 'fresh'],
	['a minute', MINUTE, 0, 0.6, 'mandatory'],
	['a day', 24 * HOUR, 0, 24 * 60 - 16, 'fresh'],
	['a day', 24 * HOUR, 0, 24 * 60 - 14, 'advisory'],
] as const)(
	'a token of %s (%i ms), drawn %d, is at minute %d: %s',
	(_name, life, draw, minute, phase) => {
		expect(phaseOf(of(life), draw, minute * MINUTE)).toBe(phase);
	},
);

test('a token whose end nobody knows is used until it is refused', () => {
	expect(phaseOf({ obtainedAtMs: 0, expiresAtMs: null }, 0, Number.MAX_SAFE_INTEGER)).toBe('fresh');
});

test('phases follow each other, and every token has a time in which it is simply used', () => {
	const order = ['fresh', 'advisory', 'mandatory', 'expired'];
	fc.assert(
		fc.property(
			fc.integer({ min: 2, max: 1e11 }),
			fc.double({ min: 0, max: 1, noNaN: true }),
			(life, draw) => {
				const steps = Array.from({ length: 60 }, (_, i) => (life * i) / 50);
				const phases = steps.map((now) => order.indexOf(phaseOf(of(life), draw, now)));
				expect(phases).toEqual([...phases].sort());
				expect(phases[0]).toBe(0);
				expect(phases[50]).toBe(3);
				expect(mandatoryAtMs(of(life))).toBeLessThan(life);
			},
		),
	);
});
