import fc from 'fast-check';
import {
	openTokenOrNull,
	sealToken,
	tokenCredential,
	tokenField,
	tokenKey,
	tokensIn,
} from '../../src/sealing/sealedToken';
import { ready } from '../../src/sealing/sodium';

beforeAll(() => ready);

const bytes = Uint8Array.from({ length: 64 }, (_, i) => 255 - i);
const name = fc.record({
	credential: fc.string({ unit: 'binary', maxLength: 20 }).map(tokenCredential),
	field: fc.string({ unit: 'binary', maxLength: 90 }).map(tokenField),
});
const place = fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 3 });

test('opening inverts sealing, whatever the names, the place and the value are', () => {
	const key = tokenKey(bytes);
	fc.assert(
		fc.property(name, place, fc.json(), fc.string(), (named, where, json, run) => {
			const token = sealToken(key, named, where, run, json);
			const [found] = tokensIn(token);
			expect(found).toMatchObject({ ...named, text: token, start: 0 });
			expect(openTokenOrNull(key, found, where)).toBe(json);
		}),
		{ numRuns: 300 },
	);
});

test('text around a token changes neither where it is found nor what it holds', () => {
	const key = tokenKey(bytes);
	const token = sealToken(key, { credential: 'a', field: 'b' }, ['p'], '1', '["s","x"]');
	const around = fc.string({ unit: fc.constantFrom('a', '-', '_', ' ', '"', '\n'), maxLength: 20 });
	fc.assert(
		fc.property(around, around, (before, after) => {
			const found = tokensIn(before + token + after);
			expect(found.map(({ text, start }) => [text, start])).toEqual([[token, before.length]]);
		}),
	);
});

test('text that we did not make never opens', () => {
	const key = tokenKey(bytes);
	const unit = fc.constantFrom('sealed.v1.', 'a', '.', 'AQ', '_', '-');
	fc.assert(
		fc.property(fc.array(unit, { maxLength: 30 }), (parts) => {
			for (const found of tokensIn(parts.join(''))) {
				expect(openTokenOrNull(key, found, ['p'])).toBeNull();
			}
		}),
		{ numRuns: 300 },
	);
});
