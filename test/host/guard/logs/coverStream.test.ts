import { setTimeout as sleep } from 'node:timers/promises';
import { Writable } from 'node:stream';
import { coverStream } from '../../../../src/host/guard/logs/coverStream';
import { readyScrubber } from './secrets';

const SECRET = 'pÄ55-wörd-€-🔑-x7Qz9Lk';
const WAIT_MS = 80;

interface Sink {
	stream: Writable;
	text: () => string;
	bytes: () => Buffer;
}

function sink(options: { highWaterMark?: number; hangs?: boolean } = {}): Sink {
	const chunks: Buffer[] = [];
	const stream = new Writable({
		highWaterMark: options.highWaterMark,
		write(chunk: Buffer, _encoding, done) {
			chunks.push(chunk);
			if (options.hangs !== true) done();
		},
	});
	const bytes = (): Buffer => Buffer.concat(chunks);
	return { stream, bytes, text: () => bytes().toString() };
}

function covered(options?: Parameters<typeof sink>[0]): Sink & { finish: () => void } {
	const made = sink(options);
	const cover = coverStream(made.stream, readyScrubber([SECRET]))!;
	return { ...made, finish: () => cover.finish() };
}

test('a secret in bytes, split at any byte, is found', () => {
	const bytes = Buffer.from(`ä ${SECRET} €\n`);
	for (let at = 0; at <= bytes.length; at++) {
		const { stream, text } = covered();
		stream.write(bytes.subarray(0, at));
		stream.write(bytes.subarray(at));
		expect(text()).toBe('ä [sealed] €\n');
	}
});

test('a secret written byte by byte is found', () => {
	const { stream, text } = covered();
	for (const byte of Buffer.from(`<${SECRET}>\n`)) stream.write(Buffer.of(byte));
	expect(text()).toBe('<[sealed]>\n');
});

test('a secret split over text and bytes is found', () => {
	const { stream, text } = covered();
	stream.write(`<${SECRET.slice(0, 6)}`);
	stream.write(Buffer.from(`${SECRET.slice(6)}>\n`));
	expect(text()).toBe('<[sealed]>\n');
});

test.each(['utf8', 'utf-8', 'base64', 'hex'] as const)(
	'a chunk in the encoding %s is scrubbed and written as the stream would',
	(encoding) => {
		const { stream, text } = covered();
		const bytes = Buffer.from(`<${SECRET}>\n`);
		stream.write(bytes.toString(encoding), encoding);
		expect(text()).toBe('<[sealed]>\n');
	},
);

test('bytes that are no text arrive as they were, also around text that waits', async () => {
	const { stream, bytes } = covered();
	const binary = Buffer.from([0xff, 0xfe, 0x00, 0x80, 0xc3]);
	stream.write('waits');
	stream.write(binary);
	stream.write(Buffer.from([0xe2, 0x82]));
	stream.write('and on\n');
	await sleep(WAIT_MS);
	const end = Buffer.from([0xe2, 0x82, ...Buffer.from('and on\n')]);
	expect(bytes()).toEqual(Buffer.concat([Buffer.from('waits'), binary, end]));
});

test('a secret among bytes that are no text is found', () => {
	const stream = sink();
	coverStream(stream.stream, readyScrubber(['ascii-9Zk2-secret']));
	stream.stream.write(Buffer.concat([Buffer.of(0xff), Buffer.from('ascii-9Zk2-secret')]));
	expect(stream.bytes()).toEqual(Buffer.concat([Buffer.of(0xff), Buffer.from('[sealed]')]));
});

test('the beginning of a line is written after a short wait', async () => {
	const { stream, text } = covered();
	stream.write('Password? ');
	expect(text()).toBe('');
	await sleep(WAIT_MS);
	expect(text()).toBe('Password? ');
});

test('a callback is called once, after all of its chunk has been written', async () => {
	const { stream, text } = covered();
	const seen: string[] = [];
	stream.write('one\ntw', () => seen.push(`first: ${text()}`));
	stream.write('o\n', 'utf8', () => seen.push(`second: ${text()}`));
	await sleep(0);
	expect(seen).toEqual(['first: one\ntwo\n', 'second: one\ntwo\n']);
});

test('a callback does not wait for the rest of a secret', async () => {
	const { stream, text } = covered();
	const called = new Promise((resolve) => stream.write(SECRET.slice(0, 9), resolve));
	await called;
	expect(text()).toBe('');
});

test('an empty chunk calls its callback', async () => {
	const { stream } = covered();
	await new Promise((resolve) => stream.write('', resolve));
});

test('write answers with the back-pressure of the stream', () => {
	const { stream } = covered({ highWaterMark: 8, hangs: true });
	expect(stream.write('ab\n')).toBe(true);
	expect(stream.write('waits')).toBe(true);
	expect(stream.write(' and is long\n')).toBe(false);
	expect(stream.write('waits')).toBe(false);
});

test('a corked stream writes nothing before it is uncorked', () => {
	const { stream, text } = covered();
	stream.cork();
	stream.write('one\n');
	expect(text()).toBe('');
	stream.uncork();
	expect(text()).toBe('one\n');
});

test('end writes what waits, then its own chunk, and calls its callback', async () => {
	const { stream, text } = covered();
	stream.write(`<${SECRET.slice(0, 5)}`);
	await new Promise<void>((resolve) => stream.end(`${SECRET.slice(5)}>`, 'utf8', resolve));
	expect(text()).toBe('<[sealed]>');
});

test('what the stream refuses, it still refuses in its own words', () => {
	const { stream } = covered();
	expect(() => stream.write({} as string)).toThrow(/must be of type string/);
	expect(() => stream.write(null as unknown as string)).toThrow(/null/);
	expect(() => stream.write('x', 'no-encoding' as BufferEncoding)).toThrow(/no-encoding/);
});

test('after finish everything is written at once, half a secret as a placeholder', () => {
	const { stream, text, finish } = covered();
	stream.write(`bye ${SECRET.slice(0, 7)}`);
	finish();
	stream.write(' still here');
	expect(text()).toBe('bye [sealed] still here');
});

test('a stream is covered once and can be uncovered', () => {
	const { stream, text } = sink();
	const scrubber = readyScrubber([SECRET]);
	const { write } = stream;
	const cover = coverStream(stream, scrubber)!;
	expect(coverStream(stream, scrubber)).toBeNull();
	stream.write('waits');
	cover.uncover();
	expect(text()).toBe('waits');
	expect(stream.write).toBe(write);
	expect(coverStream(stream, scrubber)).not.toBeNull();
});
