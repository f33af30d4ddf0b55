import { createPrivateKey } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { longestRun } from '../coverage/judge';
import {
	allSecrets,
	applicable,
	cells,
	isMasked,
	judge,
	judgePieces,
	listed,
	studySecrets,
	transforms,
	unlisted,
	type Cell,
	type Transform,
} from '../coverage/matrix';
import { ALPHANUMERIC, drawn, seededRandom } from '../coverage/random';

const SEED = 7;
const all = cells(SEED);
const others = cells(SEED + 1);
const named = ({ transform, secret }: Cell) => `${transform.name} / ${secret.name}`;
const cellsOf = (name: string) => all.filter(({ transform }) => transform.name === name);

describe('the transforms', () => {
	test('cover the study and at least 80 forms that it does not name', () => {
		expect(listed.length).toBeGreaterThanOrEqual(62);
		expect(unlisted.length).toBeGreaterThanOrEqual(80);
	});

	test('have names of their own', () => {
		expect(new Set(transforms.map(({ name }) => name)).size).toBe(transforms.length);
	});

	test('are nearly all accidental', () => {
		expect(transforms.filter(({ accidental }) => !accidental).length).toBeLessThanOrEqual(8);
	});

	test('apply to at least one secret each', () => {
		const used = new Set([...all, ...others].map(({ transform }) => transform));
		expect(transforms.filter((transform) => !used.has(transform)).map(({ name }) => name)).toEqual(
			[],
		);
	});
});

describe('a cell', () => {
	test('holds the encoded secret in its text, and the pieces in the encoded secret', () => {
		const torn = all.filter(({ sample: { text, encoded, pieces = [] } }) => {
			const isWhole = pieces.flat().every((piece) => piece !== '' && encoded.includes(piece));
			return !text.includes(encoded) || !isWhole;
		});
		expect(torn.map(named)).toEqual([]);
	});

	test('does not show the secret as it is, unless it is the plain one', () => {
		const plain = all.filter(({ secret, sample }) => sample.encoded.includes(secret.value.trim()));
		expect(new Set(plain.map(({ transform }) => transform.name))).toEqual(new Set(['plain']));
	});

	test('is a leak when nothing is masked', () => {
		expect(all.filter((cell) => isMasked(cell, cell.sample.text)).map(named)).toEqual([]);
	});

	test('is masked when the encoded secret is replaced', () => {
		const left = all.filter(
			(cell) =>
				!isMasked(
					cell,
					cell.sample.text.replace(cell.sample.encoded, () => '[hidden]'),
				),
		);
		expect(left.map(named)).toEqual([]);
	});

	test('is the same for the same seed and another for another seed', () => {
		const texts = (list: readonly Cell[]) => list.map(({ sample }) => sample.text);
		expect(texts(cells(SEED))).toEqual(texts(all));
		const before = new Set(texts(all));
		expect(texts(others).filter((text) => before.has(text))).toEqual([]);
	});

	test('is skipped when its form leaves the secret unchanged or is too short to be judged', () => {
		const [plain, escaped] = listed;
		const isUsed = (transform: Transform, secret: string, encoded: string) =>
			applicable(
				transform,
				secret,
				{ text: encoded, encoded },
				{ secret, encoded, pieces: [], background: '' },
			);
		expect(isUsed(plain, 'abc12345', 'abc12345')).toBe(true);
		expect(isUsed(escaped, 'abc12345', 'abc12345')).toBe(false);
		expect(isUsed(escaped, 'abc"12345', 'abc\\"12345')).toBe(true);
		expect(isUsed(escaped, 'a"b', 'a\\"b')).toBe(false);
	});

	test('is judged by what no other secret of its class has', () => {
		const [token] = cellsOf('plain');
		expect(token.secret.value).toMatch(/^sk_live_/);
		expect(token.secret.value).toContain(token.carrier.encoded);
		expect(token.carrier.encoded).toMatch(/^[A-Za-z0-9]{20,24}$/);
		for (const { carrier, secret } of all.filter(({ secret }) => /PEM/.test(secret.name))) {
			expect(carrier.secret).not.toMatch(/BEGIN|END/);
			expect(secret.value).toContain(carrier.secret);
		}
	});
});

describe('the encoders agree with decoders that others wrote', () => {
	const encodedOf = (name: string) =>
		cellsOf(name).map(({ sample, secret }) => [sample.encoded, secret.value] as const);
	const jsonDecoded = (text: string): string => JSON.parse(`"${text}"`);
	const textsOf = (name: string) =>
		cellsOf(name).map(({ sample, secret }) => [sample.text, secret.value] as const);

	const decoders: [string, (encoded: string) => string][] = [
		['JSON string, Go and Ruby quotes', jsonDecoded],
		['JSON in JSON in JSON', (text) => jsonDecoded(jsonDecoded(jsonDecoded(text)))],
		['ASCII JSON, lower-case digits', jsonDecoded],
		['Go JSON', jsonDecoded],
		['Gson JSON', jsonDecoded],
		['JavaScript string, Django escapejs', jsonDecoded],
		['percent, every byte', decodeURIComponent],
		['percent three times', (text) => [1, 2, 3].reduce(decodeURIComponent, text)],
		['RFC 8187 parameter', decodeURIComponent],
		['form encoded', (text) => new URLSearchParams(`k=${text}`).get('k')!],
		['JavaScript escape()', unescape],
		['hex', (text) => Buffer.from(text, 'hex').toString()],
		['base64', (text) => Buffer.from(text, 'base64').toString()],
		['nvarchar as a binary literal', (text) => Buffer.from(text, 'hex').toString('utf16le')],
		['Buffer as JSON', (text) => Buffer.from(JSON.parse(`[${text}]`)).toString()],
		['mojibake, Latin-1', (text) => Buffer.from(text, 'latin1').toString()],
		['JSON with every character as \\uXXXX', jsonDecoded],
	];
	test.each(decoders)('%s', (name, decode) => {
		const pairs = encodedOf(name);
		expect(pairs.length).toBeGreaterThan(0);
		expect(pairs.map(([encoded]) => decode(encoded))).toEqual(pairs.map(([, secret]) => secret));
	});

	test('gzip under base64', () => {
		for (const [encoded, secret] of encodedOf('gzip, then base64')) {
			const json = gunzipSync(Buffer.from(encoded, 'base64')).toString();
			expect(JSON.parse(json).key).toBe(secret);
		}
	});

	test.each(['JWT payload', 'Basic authorization', 'base64 of JSON'])('%s', (name) => {
		for (const [text, secret] of textsOf(name)) {
			const longest = text.match(/[\w+/-]{24,}/g)!.sort((a, b) => b.length - a.length)[0];
			const shown = Buffer.from(longest, 'base64').toString();
			expect(shown).toContain(
				name === 'Basic authorization' ? secret : JSON.stringify(secret).slice(1, -1),
			);
		}
	});
});

describe('the secrets', () => {
	test('are fresh for each seed', () => {
		const values = [1, 2, 3].flatMap((seed) => allSecrets(seed)).map(({ value }) => value);
		expect(new Set(values).size).toBe(values.length);
	});

	test('have the five classes of the study first', () => {
		expect(studySecrets(SEED)).toHaveLength(5);
		expect(allSecrets(SEED).slice(0, 5)).toEqual(studySecrets(SEED));
	});

	test('hold real private keys', () => {
		const keys = allSecrets(SEED).filter(({ value }) => value.startsWith('-----BEGIN'));
		const types = keys.map(({ value }) => createPrivateKey(value).asymmetricKeyType);
		expect(types.sort()).toEqual(['ec', 'ec', 'ed25519', 'rsa']);
	});
});

describe('the judge', () => {
	const secret = drawn(seededRandom(1), ALPHANUMERIC, 100);

	test('accepts an output without the secret', () => {
		expect(judge(secret, 'token=[hidden] host=x')).toBe(true);
	});

	test.each([
		['start', secret.slice(0, 29), true],
		['start', secret.slice(0, 30), false],
		['middle', secret.slice(41, 70), true],
		['middle', secret.slice(41, 71), false],
		['middle', secret.slice(33, 64), false],
		['end', secret.slice(-29), true],
		['end', secret.slice(-31), false],
	])('weighs a run at the %s of the secret (%#)', (_, run, masked) => {
		expect(judge(secret, `a ${run} b`)).toBe(masked);
	});

	test('finds the longest run among several', () => {
		expect(judge(secret, `${secret.slice(0, 20)} ${secret.slice(0, 31)}`)).toBe(false);
		expect(judge(secret, `${secret.slice(0, 20)} ${secret.slice(20, 45)}`)).toBe(true);
	});

	test('never counts fewer than eight characters', () => {
		expect(judge('abcdefghijkl', 'x abcdefg y')).toBe(true);
		expect(judge('abcdefghijkl', 'x abcdefgh y')).toBe(false);
	});

	test('agrees with a count of every position', () => {
		const random = seededRandom(3);
		const longest = (a: string, b: string) => {
			let best = 0;
			for (let i = 0; i < a.length; i++) {
				for (let n = best + 1; i + n <= a.length && b.includes(a.slice(i, i + n)); n++) best = n;
			}
			return best;
		};
		for (let round = 0; round < 400; round++) {
			const encoded = drawn(random, 'ab', 30 + (round % 17));
			const output = drawn(random, 'ab', 60);
			const limit = Math.max(8, Math.ceil(encoded.length * 0.3));
			const run = longest(encoded, output);
			expect(longestRun(encoded, output, 8)).toBe(run < 8 ? 0 : run);
			expect(judge(encoded, output)).toBe(run < limit);
		}
	});

	test('adds up the pieces of a secret that is spread over lines', () => {
		const pieces = [0, 1, 2, 3].map((index) => secret.slice(25 * index, 25 * index + 25));
		expect(judgePieces(pieces, `1: ${pieces[0]}\n2: [hidden]`)).toBe(true);
		expect(judgePieces(pieces, `1: ${pieces[0]}\n2: ${pieces[1]}\n3: [hidden]`)).toBe(false);
		expect(judgePieces(pieces, `1: ${pieces[0]}\n2: ${pieces[1].slice(0, 4)}`)).toBe(true);
		expect(judgePieces(pieces, `1: ${pieces[0]}\n2: ${pieces[1].slice(0, 8)}`)).toBe(false);
		const background = `other ${pieces[1].slice(0, 8)}`;
		const output = `1: ${pieces[0]}\n2: ${pieces[1].slice(0, 8)}`;
		expect(judgePieces(pieces, output, 0.3, background)).toBe(true);
	});
});
