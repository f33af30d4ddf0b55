import { isPaddedSize, isWellPadded, paddedBytes } from '../../src/sealing/padding';

test.each([
	[0, 256],
	[1, 256],
	[256, 256],
	[257, 512],
	[8191, 8192],
	[8193, 8704],
	[16_384, 16_384],
	[16_385, 17_408],
	[1_000_000, 1_015_808],
	[16_777_216, 16_777_216],
])('%i bytes are padded to %i', (length, padded) => {
	expect(paddedBytes(length)).toBe(padded);
	expect(isPaddedSize(padded)).toBe(true);
	expect(isPaddedSize(padded + 1)).toBe(false);
});

test('padding never cuts, never grows back, and adds a sixteenth at most beyond 4 KiB', () => {
	for (let length = 0; length < 300_000; length += 37) {
		const padded = paddedBytes(length);
		expect(padded).toBeGreaterThanOrEqual(length);
		expect(paddedBytes(padded)).toBe(padded);
		if (length >= 4096) expect(padded - length).toBeLessThanOrEqual(length / 16);
	}
});

test('a length of another step and a byte in the padding are noticed', () => {
	const memory = new Uint8Array(4 + 512);
	expect(isWellPadded(memory, 0, 512, 300)).toBe(true);
	expect(isWellPadded(memory, 0, 512, 256)).toBe(false);
	expect(isWellPadded(memory, 0, 512, 513)).toBe(false);
	memory[4 + 511] = 1;
	expect(isWellPadded(memory, 0, 512, 300)).toBe(false);
	expect(isWellPadded(memory, 0, 512, 512)).toBe(true);
});
