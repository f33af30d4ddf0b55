import { readFileSync } from 'node:fs';
import { catalogue, REASONS } from '../../src/webhooks';

const text = readFileSync('docs/webhooks.md', 'utf8');

test('the documentation lists every preset, and how many there are', () => {
	const missing = catalogue.filter(({ id, name }) => !text.includes(`| ${name} | \`${id}\` |`));
	expect(missing.map(({ id }) => id)).toEqual([]);
	expect(text).toContain(`Sealbox knows how ${catalogue.length} providers`);
});

/** Of bearer tokens alone, which have no documentation of their own yet. */
const OF_TOKENS = ['bad_audience', 'bad_issuer', 'bad_token', 'keys_unavailable'];

test('the documentation explains every reason', () => {
	const missing = REASONS.filter((reason) => !text.includes(`\`${reason}\``));
	expect(missing).toEqual(OF_TOKENS);
});
