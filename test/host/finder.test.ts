import { randomBytes } from 'node:crypto';
import { createFinder } from '../../host/finder.ts';

const find = (texts: string[], content: string) =>
	createFinder(texts)(Buffer.from(content)).map(({ index, offset }) => [index, offset]);

describe('the finder of many texts', () => {
	test('finds texts of different lengths at the start, in the middle and at the end', () => {
		expect(find(['abc', 'defgh'], 'abc defgh abc')).toEqual([
			[0, 0],
			[1, 4],
			[0, 10],
		]);
	});

	test('finds each of two texts where one begins with the other', () => {
		expect(find(['abcd', 'abcde'], 'xabcde')).toEqual([
			[0, 1],
			[1, 1],
		]);
	});

	test('does not look beyond the end of the content', () => {
		expect(find(['abc', 'abcdefgh'], 'abcdef')).toEqual([[0, 0]]);
		expect(find(['abc'], 'ab')).toEqual([]);
	});

	test('finds every one of a hundred texts wherever it lies in random bytes', () => {
		const texts = Array.from({ length: 100 }, () => randomBytes(14).toString('hex'));
		const parts = texts.map((text) => [randomBytes(700), Buffer.from(text)]);
		const content = Buffer.concat(parts.flat());
		const found = createFinder(texts)(content).map(({ index }) => index);
		expect(found).toEqual([...texts.keys()]);
	});

	test('refuses a text that is too short to be looked for', () => {
		expect(() => createFinder(['abc', 'ab'])).toThrow(RangeError);
	});
});
