import { createScrubber } from '../../../src/sealing/scrub';

/** Written out by the tools themselves: `printf '%s' ... | hexdump -C` and so on. */
const SECRET = 'tk_9fQ2mX7bLw4Zr8Vd';
const scrub = (text: string): string => createScrubber([{ name: 'key', value: SECRET }]).text(text);

const DUMPS: Record<string, string> = {
	'hexdump -C':
		'00000000  6b 65 79 3d 74 6b 5f 39  66 51 32 6d 58 37 62 4c  |key=tk_9fQ2mX7bL|\n' +
		'00000010  77 34 5a 72 38 56 64                              |w4Zr8Vd|\n',
	hexdump:
		'0000000 656b 3d79 6b74 395f 5166 6d32 3758 4c62\n0000010 3477 725a 5638 0064          \n',
	xxd:
		'00000000: 6b65 793d 746b 5f39 6651 326d 5837 624c  key=tk_9fQ2mX7bL\n' +
		'00000010: 7734 5a72 3856 64                        w4Zr8Vd\n',
	'od -b':
		'0000000 153 145 171 075 164 153 137 071 146 121 062 155 130 067 142 114\n' +
		'0000020 167 064 132 162 070 126 144\n',
	'od -c':
		'0000000   k   e   y   =   t   k   _   9   f   Q   2   m   X   7   b   L\n' +
		'0000020   w   4   Z   r   8   V   d\n',
	'tcpdump -X':
		'\t0x0000:  6b65 793d 746b 5f39 6651 326d 5837 624c  key=tk_9fQ2mX7bL\n' +
		'\t0x0010:  7734 5a72 3856 64                        w4Zr8Vd\n',
	gdb:
		'0x7ffe10 <key+4>:\t0x74\t0x6b\t0x5f\t0x39\t0x66\t0x51\t0x32\t0x6d\n' +
		'0x7ffe18 <key+12>:\t0x58\t0x37\t0x62\t0x4c\t0x77\t0x34\t0x5a\t0x72\n' +
		'0x7ffe20 <key+20>:\t0x38\t0x56\t0x64\n',
};

describe.each(Object.entries(DUMPS))('a dump by %s', (_name, dump) => {
	test('loses the lines that hold a secret, in all columns', () => {
		expect(scrub(`before\n${dump}after\n`)).toBe('before\n[sealed: key]\nafter\n');
	});

	test('loses them inside a JSON string too', () => {
		const shown = scrub(JSON.stringify({ dump: `before\n${dump}after\n` }));
		expect(shown).not.toMatch(/0000|7ffe/);
		expect(JSON.parse(shown)).toHaveProperty('dump');
	});

	test('stays as it is without a secret', () => {
		const other = createScrubber([{ name: 'key', value: 'tk_Aa1Bb2Cc3Dd4Ee5F' }]);
		expect(other.text(dump)).toBe(dump);
	});
});

test('lines that hold no part of the secret stay', () => {
	const filler = '00000000  2e 2e 2e 2e 2e 2e 2e 2e  2e 2e 2e 2e 2e 2e 2e 2e  |................|\n';
	expect(scrub(filler + DUMPS['hexdump -C'] + filler)).toBe(`${filler}[sealed: key]\n${filler}`);
});

test('a dump in a list of texts is found wherever it stands', () => {
	const texts = ['one', DUMPS['hexdump -C'], 'two', `${DUMPS.xxd.split('\n')[0]}`];
	const scrubber = createScrubber([{ name: 'key', value: SECRET.slice(0, 12) }]);
	expect(scrubber.value(texts)).toEqual([
		'one',
		expect.not.stringContaining('74 6b'),
		'two',
		'[sealed: key]',
	]);
});
