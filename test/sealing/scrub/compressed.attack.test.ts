/**
 * Attacks
 * - a secret inside a compressed stream, written as digits or as bytes, cut short or nested
 * - a stream that inflates without end, and thousands of small ones
 * - headers without a stream
 */
import { deflateSync, gzipSync } from 'node:zlib';
import { createScrubber } from '../../../src/sealing/scrub';

const SECRET = 'tk_9fQ2mX7bLw4Zr8Vd';
const scrubber = createScrubber([{ name: 'key', value: SECRET }]);
const document = (padding = ''): string => JSON.stringify({ padding, host: 'db', key: SECRET });
/** Hardly compressible, and the same each time. */
const noise = (length: number): string =>
	Array.from({ length }, (_, i) => Math.imul(i + 1, 0x9e3779b1).toString(36)).join('');

const base64 = (bytes: Buffer): string => bytes.toString('base64');
const STREAMS: Record<string, string> = {
	'gzip in base64': base64(gzipSync(document())),
	'gzip in base64url': gzipSync(document(noise(50))).toString('base64url'),
	'gzip in base64 twice': base64(Buffer.from(base64(gzipSync(document())))),
	'gzip in hex': gzipSync(document()).toString('hex'),
	'gzip in gzip': base64(gzipSync(base64(gzipSync(document())))),
	'zlib in base64': base64(deflateSync(document())),
	'zlib at its fastest': base64(deflateSync(document(), { level: 1 })),
	'gzip wrapped at 76': base64(gzipSync(document(noise(50)))).replace(/.{76}/g, '$&\n'),
	'gzip cut short behind the secret': base64(gzipSync(document()).subarray(0, -6)),
	'a gzip longer than one block': base64(gzipSync(document(noise(20_000)))),
};

test.each(Object.entries(STREAMS))('scrub hides %s', (_name, digits) => {
	expect(scrubber.text(`release: ${digits} end`)).toBe('release: [sealed: key] end');
});

test('scrub hides a gzip in a Buffer', () => {
	const shown = scrubber.value({ body: gzipSync(document()) });
	expect(Buffer.from(shown.body).toString()).toBe('[sealed: key]');
});

test('a stream without a secret stays', () => {
	const text = `release: ${base64(gzipSync(noise(3000)))} end`;
	expect(scrubber.text(text)).toBe(text);
});

describe('a stream made to exhaust', () => {
	const bomb = base64(gzipSync(Buffer.alloc(64 << 20)));
	const INPUTS: Record<string, string> = {
		'inflates without end': bomb,
		'comes by the thousand': `${base64(gzipSync(Buffer.alloc(1 << 16)))} `.repeat(5000),
		'has a header only': 'H4sIAAAAAAAAA6tWAAAAAAAAAAAAAAA\n'.repeat(20_000),
	};

	test.each(Object.entries(INPUTS))('%s, and is given up in time', (_name, text) => {
		const began = process.cpuUsage();
		expect(scrubber.text(text)).toBe(text);
		const { user } = process.cpuUsage(began);
		expect(user).toBeLessThan(1_000_000);
	});

	test('does not hide a secret beside it', () => {
		expect(scrubber.text(`${INPUTS['comes by the thousand']}${SECRET}`)).not.toContain(SECRET);
	});
});

test('a stream in a list of texts is found wherever it stands', () => {
	const texts = ['one', STREAMS['gzip in base64'], 'two', STREAMS['zlib in base64']];
	expect(scrubber.value(texts)).toEqual(['one', '[sealed: key]', 'two', '[sealed: key]']);
});
