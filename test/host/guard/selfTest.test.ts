import { selfTest } from '../../../src/host/guard/selfTest';
import { guardWith } from './parts';

test('a guard that works finds, seals and opens what is planted', async () => {
	expect(await selfTest(await guardWith({}))).toBeNull();
});

test('a guard that seals nothing fails its own test', async () => {
	const guard = await guardWith({});
	guard.sealRunData = (_, data) => data;
	expect(await selfTest(guard)).toBe('A planted secret was not sealed everywhere.');
});

test('a guard that cannot open what it seals fails its own test', async () => {
	const tokens = (await (await guardWith({})).parts.tokens) as object;
	const deaf = Object.assign(Object.create(tokens) as object, { openOrNull: () => null });
	const make = { value: (tokens as { make: (...args: unknown[]) => unknown }).make.bind(tokens) };
	const guard = await guardWith({
		tokens: Promise.resolve(Object.defineProperties(deaf, { make })),
	});
	expect(await selfTest(guard)).toBe('A planted secret was sealed and cannot be opened again.');
});

test('a guard without a key fails its own test with a sentence and does not throw', async () => {
	const noKey = Promise.reject(new TypeError('no key'));
	const guard = await guardWith({ tokens: noKey });
	expect(await selfTest(guard)).toBe('Sealing a planted secret failed (TypeError).');
});
