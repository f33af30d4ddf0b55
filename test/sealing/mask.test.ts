import fc from 'fast-check';
import { mask } from '../../src/sealing/mask';

const MASK = '••••••••';

test('mask reveals neither content nor length', () => {
	fc.assert(fc.property(fc.string(), (value) => expect(mask(value)).toBe(MASK)));
	for (const value of ['', 'x', 'x'.repeat(10_000)]) {
		expect(mask(value)).toBe(MASK);
		expect(mask(value, { reveal: 'none' })).toBe(MASK);
		expect(mask(value, { reveal: 'ends' })).toBe(MASK);
	}
});

test.each([
	['sk-proj-', 'sk-proj-…wxyz'],
	['sk-', 'sk-…wxyz'],
	['ghp_', 'ghp_…wxyz'],
	['github_pat_', 'github_pat_…wxyz'],
	['sk_live_', 'sk_live_…wxyz'],
	['xoxe.xoxb-', 'xoxe.xoxb-…wxyz'],
])('the ends of a long key that begins with %s may be shown', (prefix, shown) => {
	for (const length of [20, 60, 200]) {
		expect(mask(`${prefix}${'m'.repeat(length)}wxyz`, { reveal: 'ends' })).toBe(shown);
	}
});

test.each([
	['a short platform key', `sk-proj-${'m'.repeat(23)}`],
	['a password', 'correct horse battery staple and more'],
	['a password without spaces', 'correct-horse-battery-staple-and-more'],
	['an AWS secret key', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'],
	['a signing secret', `whsec_${'m'.repeat(40)}`],
	['a private key', `-----BEGIN PRIVATE KEY-----\n${'m'.repeat(60)}`],
	['a JWT', `eyJ${'m'.repeat(60)}.${'m'.repeat(60)}`],
	['two keys in one text', `sk-${'m'.repeat(40)} sk-${'m'.repeat(40)}`],
	['what is no text', 7 as unknown as string],
])('nothing of %s is shown', (_what, value) => {
	expect(mask(value, { reveal: 'ends' })).toBe(MASK);
});

test('at least 20 characters stay hidden', () => {
	fc.assert(
		fc.property(fc.stringMatching(/^[a-z0-9]{0,60}$/), (rest) => {
			const shown = mask(`sk-ant-api03-${rest}`, { reveal: 'ends' });
			if (shown !== MASK) expect(rest.length).toBeGreaterThanOrEqual(24);
		}),
	);
});
