import { randomBytes } from 'node:crypto';
import { createScrubber } from '../../../src/sealing/scrub';

const T = 'sk_live_51HyTqZ8wKd93LmPq7Rt';
const PEM = `-----BEGIN PRIVATE KEY-----\n${randomBytes(600).toString('base64').replace(/.{64}/g, '$&\n')}\n-----END PRIVATE KEY-----\n`;

const scrubber = (...values: string[]) =>
	createScrubber(values.map((value, i) => ({ name: `n${i}`, value })));

function throughStream(scrub: ReturnType<typeof scrubber>, chunks: Iterable<string>): string {
	const stream = scrub.stream();
	let out = '';
	for (const chunk of chunks) out += stream.write(chunk);
	return out + stream.flush();
}

const chunksOf = (text: string, size: number): string[] =>
	text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? [];

const CASES: ReadonlyArray<readonly [what: string, values: string[], text: string]> = [
	['a repeating prefix', ['tokentokenX9'], 'a tokentokentokenX9 b'],
	[
		'a pair in which one begins the other',
		['abc12345', 'abc12345SECRETTAIL'],
		'x abc12345SECRETTAIL y abc12345 z',
	],
	['a secret that overlaps itself', ['abcabcab'], `x ${'abc'.repeat(900)} y`],
	['a long text with many forms', [T, PEM], longText()],
	['a prefix at the end', [T], `text ${T.slice(0, 8)}`],
	['a weak needle as all there is', ['postgres'], 'postgres'],
	['a weak needle within more', ['postgres'], 'postgres and more'],
	['surrogate pairs', ['pässwörd-🔑🔒-secret'], 'x pässwörd-🔑🔒-secret y '.repeat(200)],
	['nothing', [T], ''],
];

function longText(): string {
	const forms = [
		T,
		PEM,
		JSON.stringify(PEM),
		Buffer.from(PEM).toString('base64'),
		encodeURIComponent(T),
		Buffer.from(`u:${T}`).toString('base64'),
		T.toUpperCase(),
		Buffer.from(T).toString('hex'),
	];
	return Array.from(
		{ length: 60 },
		(_, i) => `${'log line of some length '.repeat((i * 7) % 40)}${forms[i % forms.length]}\n`,
	).join('');
}

describe.each(CASES)('%s', (_what, values, text) => {
	test.each([1, 7, 100, 1000, 5000, 100_000])('comes out alike in chunks of %i', (size) => {
		const scrub = scrubber(...values);
		expect(throughStream(scrub, chunksOf(text, size))).toBe(scrub.text(text));
	});
});

test('a stream holds back no more than it needs', () => {
	const scrub = scrubber(T);
	const stream = scrub.stream();
	let given = 0;
	for (let i = 0; i < 2000; i++) {
		given += stream.write('an ordinary line without end, '.repeat(3)).length;
		expect((i + 1) * 90 - given).toBeLessThan(4096);
	}
});

test('an endless chain of secrets is given out in the end, masked', () => {
	const scrub = scrubber('abcabcab');
	const stream = scrub.stream();
	const chunk = 'abc'.repeat(1 << 13);
	let out = '';
	for (let i = 0; i < 16; i++) out += stream.write(chunk);
	expect(out).toContain('[sealed: n0]');
	expect(out + stream.flush()).not.toContain('abcabcab');
});

test('a secret registered while a stream runs counts for what is still held', () => {
	const scrub = scrubber('something-else-77x');
	const stream = scrub.stream();
	const begun = stream.write(`text ${T.slice(0, 10)}`);
	scrub.add({ name: 'late', value: T });
	expect(begun + stream.write(`${T.slice(10)} text`) + stream.flush()).toBe(
		'text [sealed: late] text',
	);
});

test('a flushed stream begins anew', () => {
	const stream = scrubber(T).stream();
	stream.write(T.slice(0, 5));
	expect(stream.flush()).toBe(T.slice(0, 5));
	expect(stream.write(T) + stream.flush()).toBe('[sealed: n0]');
});

test('two streams of one scrubber do not mix', () => {
	const scrub = scrubber(T);
	const [out, err] = [scrub.stream(), scrub.stream()];
	out.write(T.slice(0, 9));
	err.write('error: ');
	out.write(T.slice(9));
	err.write('none');
	expect([out.flush(), err.flush()]).toEqual(['[sealed: n0]', 'error: none']);
});

test('a chunk that is no text is refused', () => {
	expect(() =>
		scrubber(T)
			.stream()
			.write(Buffer.from('x') as never),
	).toThrow(TypeError);
});
