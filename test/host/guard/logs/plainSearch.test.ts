import { PlainSearch } from '../../../../src/host/guard/logs/plainSearch';

const VALUE = 'a1b2"<&>\\/+=%\'~c3d4e5f6';

describe('PlainSearch', () => {
	test.each([0, 1, 2, 3, 4])('finds a value that is JSON in JSON, %i deep', (depth) => {
		let written = `key ${VALUE} end`;
		for (let i = 0; i < depth; i += 1) written = JSON.stringify({ written });
		const search = new PlainSearch();
		search.add(VALUE);
		const scrubbed = search.scrub(written, '[sealed]');
		expect(scrubbed).toContain('key [sealed] end');
		expect(scrubbed.includes('c3d4e5f6')).toBe(false);
	});

	test('leaves text alone once a value was removed', () => {
		const search = new PlainSearch();
		search.add(VALUE);
		search.remove(VALUE);
		expect(search.scrub(VALUE, '[sealed]') === VALUE).toBe(true);
	});
});
