import { LineScrubber } from '../../../../src/host/guard/logs/lineScrubber';
import { readyScrubber } from './secrets';

const SECRET = 'sk-live-9fQ2"öWz7Lm4RtY8';
const MARKED = `start ${SECRET} middle ${SECRET}\nnext line ${SECRET}`;
const CLEAN = 'start [sealed] middle [sealed]\nnext line [sealed]';

const lines = (values: readonly string[] = [SECRET]): LineScrubber =>
	new LineScrubber(readyScrubber(values));

/** Gives the pieces one after the other and waits between them when asked to. */
function through(pieces: readonly string[], isSlow = false): string {
	const scrubber = lines();
	let out = '';
	for (const piece of pieces) {
		out += scrubber.write(piece);
		if (isSlow) out += scrubber.release();
	}
	return out + scrubber.flush();
}

test('a secret split at any character into two pieces is found', () => {
	for (let at = 0; at <= MARKED.length; at++) {
		expect(through([MARKED.slice(0, at), MARKED.slice(at)])).toBe(CLEAN);
	}
});

test('with a pause between its two pieces all but a few characters of a secret is found', () => {
	for (let at = 0; at <= MARKED.length; at++) {
		const out = through([MARKED.slice(0, at), MARKED.slice(at)], true);
		for (let from = 0; from <= SECRET.length - 4; from++) {
			expect(out).not.toContain(SECRET.slice(from, from + 4));
		}
	}
});

test('a secret written character by character is found', () => {
	expect(through([...MARKED])).toBe(CLEAN);
});

test('after a pause no more than three characters of an unfinished secret are given out', () => {
	for (let length = 1; length < SECRET.length; length++) {
		const scrubber = lines();
		const out = scrubber.write(`token: ${SECRET.slice(0, length)}`) + scrubber.release();
		expect(out).toBe(length <= 3 ? `token: ${SECRET.slice(0, length)}` : 'token: ');
		expect(out + scrubber.write(`${SECRET.slice(length)}\n`)).not.toContain(SECRET.slice(4));
	}
});

test('an encoded secret in pieces is found while its line is not finished', () => {
	const encoded = Buffer.from(SECRET).toString('base64');
	for (let at = 1; at < encoded.length; at++) {
		const out = through([`<${encoded.slice(0, at)}`, `${encoded.slice(at)}>\n`]);
		expect(out).toMatch(/^<\[sealed\]=*>\n$/);
	}
});

test('what begins like a secret and goes on otherwise is given out unchanged', () => {
	const scrubber = lines();
	const first = scrubber.write('sk-live-is a prefix') + scrubber.release();
	expect(first + scrubber.flush()).toBe('sk-live-is a prefix');
	const second = scrubber.write('sk-live-') + scrubber.release();
	expect(second).toBe('');
	expect(scrubber.write('keys begin so\n')).toBe('sk-live-keys begin so\n');
});

test('half a secret at the end of all output becomes a placeholder', () => {
	const scrubber = lines();
	expect(scrubber.write(`token: ${SECRET.slice(0, -1)}`) + scrubber.flush()).toBe(
		'token: [sealed]',
	);
});

test('a complete line is given out at once, the beginning of the next waits', () => {
	const scrubber = lines();
	expect(scrubber.write('one\ntwo\nthr')).toBe('one\ntwo\n');
	expect(scrubber.isHolding).toBe(true);
	expect(scrubber.write('ee\n')).toBe('three\n');
	expect(scrubber.isHolding).toBe(false);
});

test('a secret of several lines in one piece is found as a whole', () => {
	const value = 'first-Line-8271\nsecond-Line-9382\nthird-Line-1093';
	const scrubber = lines([value]);
	expect(scrubber.write(`${value}\n`)).toBe('[sealed]\n');
});

test('a line without end is given out in parts, and a secret on their boundary is found', () => {
	const unit = 'abcdefghij '.repeat(100);
	const at = 1 << 16;
	for (const shift of [-30, -10, -1, 0, 5]) {
		const text = unit.repeat(200);
		const before = text.slice(0, at + shift - SECRET.length / 2);
		const scrubber = lines();
		let out = '';
		const all = `${before}${SECRET}${text}`;
		for (let i = 0; i < all.length; i += 4096) out += scrubber.write(all.slice(i, i + 4096));
		expect(out.length).toBeGreaterThan(at);
		expect(out + scrubber.flush()).toBe(`${before}[sealed]${text}`);
	}
});
