import fc from 'fast-check';
import { stringify } from 'qs';
import { encoded, pairsOf, strictPath } from '../../src/kinds/wire';

/** The host serialises forms and queries with qs; ours has to come to the same pairs. */

const scalar = fc.oneof(
	fc.string({ unit: 'grapheme' }),
	fc.integer(),
	fc.boolean(),
	fc.constant(null),
	fc.constant(undefined),
	fc.date({ noInvalidDate: true }),
);
const key = fc.stringMatching(/^[\w ä&=-]{1,6}$/);
const values = fc.dictionary(
	key,
	fc.oneof(
		scalar,
		fc.array(scalar, { maxLength: 3 }),
		fc.dictionary(key, fc.array(scalar, { maxLength: 2 }), { maxKeys: 2 }),
	),
	{ maxKeys: 4 },
);

test.each(['indices', 'brackets', 'repeat'] as const)('pairs are those of qs with %s', (format) => {
	fc.assert(
		fc.property(values, (input) => {
			const theirs = [...new URLSearchParams(stringify(input, { arrayFormat: format }))];
			const ours = [...new URLSearchParams(encoded(pairsOf(input, format)))];
			expect(ours).toEqual(theirs);
		}),
	);
});

test('a path has one spelling, and the URL parser leaves it alone', () => {
	fc.assert(
		fc.property(fc.webPath(), fc.string({ unit: 'grapheme' }), (path, more) => {
			const { pathname } = new URL(`https://a.example${path}/${more.replace(/[?#\\]/g, '')}`);
			const strict = strictPath(pathname);
			expect(strictPath(strict)).toBe(strict);
			expect(new URL(`https://a.example${strict}`).pathname).toBe(strict);
			expect(strict).toMatch(/^[\w.~/%-]*$/);
		}),
	);
});
