import { tokensIn } from '../../../../src/sealing/sealedToken';
import { form, openRoom, stored } from '../room';

const SECRET = 'hunter-of-7-seas!';
const room = openRoom([SECRET, '4711471147114711', 'postgres']);

/** Seals, stores, reads and opens. */
async function passed(value: unknown): Promise<{ sealed: unknown; opened: unknown }> {
	const run = await room.run();
	const sealed = room.guard.sealContent(run, { value });
	const read = stored(sealed);
	expect(await room.guard.opener.open(run, read)).toBeNull();
	return { sealed: sealed.value, opened: read.value };
}

test('clean content comes back as the same reference', async () => {
	const cyclic: { self?: unknown; of: unknown } = { of: new Map([['a', new Date(0)]]) };
	cyclic.self = cyclic;
	const run = await room.run();
	for (const value of [
		'text',
		1,
		null,
		true,
		['a', { b: 1 }],
		cyclic,
		new Error('no'),
		Buffer.of(1),
	]) {
		expect(room.guard.sealContent(run, value)).toBe(value);
	}
});

test('only what holds a secret is copied, and the original is never changed', async () => {
	const original = Object.freeze({
		clean: Object.freeze({ a: 1 }),
		dirty: Object.freeze([Object.freeze({ text: `x ${SECRET} y` })]),
	});
	const sealed = room.guard.sealContent(await room.run(), original);
	expect(sealed.clean).toBe(original.clean);
	expect(original.dirty[0].text).toBe(`x ${SECRET} y`);
	expect(sealed.dirty[0].text).toMatch(/^x sealed\.v1\.Cred000000000001\.password\.[\w-]+\. y$/);
});

test.each([
	['a number', 4711471147114711],
	['a number in a list', [1, 4711471147114711, 3]],
	['character codes', [...Buffer.from(SECRET)]],
	['character codes in an object', { ...Buffer.from(SECRET) }],
	['a text', SECRET],
	['a weak text as a whole', 'postgres'],
	['a text of 300,000 characters', `${'a'.repeat(150_000)}${SECRET}${'b'.repeat(150_000)}`],
	['an empty key beside it', { '': SECRET }],
	['keys that are secrets', { [SECRET]: 1, [`${SECRET}2`]: 2, postgres: 3 }],
	['keys that are numbers', { 4711471147114711: SECRET, 2: 'b', a: SECRET }],
	['half a character before it', `\uD83D${SECRET}\uDE00`],
	['half a character at the seam of two pieces', `${'x'.repeat(65_535)}😀\uE0000\uE001${SECRET}`],
	['a stand-in of the search', `\uE0000\uE001${SECRET}\uE0001\uE001`],
	['a lookalike', 'sealed.v1.Cred000000000001.password.AAAA.'],
	['lookalikes in each other', 'sealed.v1.a.b.sealed.v1.a.b.c.c.'],
	['a lookalike before it', `sealed.v1.a.b.${SECRET}.`],
	['a lookalike around it', `sealed.v1.${SECRET}.b.c.`],
	['a lookalike in base64', Buffer.from('sealed.v1.a.b.c.').toString('base64')],
	['a secret twice', `${SECRET}${SECRET}`],
])('%s is opened as it was', async (_, value) => {
	const { sealed, opened } = await passed(value);
	expect(sealed).not.toEqual(value);
	expect(JSON.stringify(sealed)).not.toContain(SECRET);
	expect(opened).toEqual(value);
});

test('a key named __proto__ is data', async () => {
	const value = JSON.parse(`{"__proto__":{"a":"${SECRET}"},"b":1}`) as object;
	const { sealed, opened } = await passed(value);
	expect(JSON.stringify(sealed)).not.toContain(SECRET);
	expect(JSON.stringify(opened)).toBe(JSON.stringify(value));
	expect(({} as { a?: string }).a).toBeUndefined();
});

test('what is shared stays shared, and cycles stay cycles', async () => {
	const shared = { text: SECRET };
	const value: { one: object; other: object; self?: unknown } = { one: shared, other: shared };
	value.self = value;
	const run = await room.run();
	const sealed = room.guard.sealContent(run, value);
	expect(sealed.one).toBe(sealed.other);
	expect(sealed.self).toBe(sealed);
	const read = stored(sealed);
	await room.guard.opener.open(run, read);
	expect(read).toEqual(value);
});

test('data in which each level is shared twice is dealt with once per object', async () => {
	let value: object = { text: SECRET };
	for (let i = 0; i < 60; i++) value = { left: value, right: value };
	const run = await room.run();
	expect(form.stringify(room.guard.sealContent(run, value))).not.toContain(SECRET);
});

test('data of 20,000 levels is sealed', async () => {
	let value: object = { text: SECRET };
	for (let i = 0; i < 20_000; i++) value = [value];
	const run = await room.run();
	expect(JSON.stringify(room.guard.sealContent(run, value))).not.toContain(SECRET);
});

class Response {
	readonly #body = SECRET;
	toJSON(): object {
		return { body: this.#body };
	}
}

test.each([
	['bytes', Buffer.from(`a ${SECRET} b`)],
	['bytes of two-byte characters', Buffer.from(SECRET, 'utf16le')],
	['an error', Object.assign(new Error(SECRET), { response: { body: SECRET } })],
	['an object that shows more than it has', new Response()],
	['a date with more to it', Object.assign(new Date(0), { note: SECRET })],
	['a list with a name', Object.assign([1], { name: SECRET })],
])('%s: no secret is in what would be stored of it, and that is opened', async (_, value) => {
	const { sealed, opened } = await passed(value);
	expect(form.stringify(sealed)).not.toContain(SECRET);
	expect(form.stringify(sealed)).not.toContain([...Buffer.from(SECRET)].join());
	expect(opened).toEqual(stored(value));
});

describe('the tokens of a run', () => {
	test('are the same for the same text, and others in another run', async () => {
		const [one, two] = [await room.run('1'), await room.run('2')];
		const [a, b, c] = [one, one, two].map((run) => room.guard.sealContent(run, SECRET));
		expect(a).toBe(b);
		expect(a).not.toBe(c);
		expect(tokensIn(a).map(({ credential, field }) => [credential, field])).toEqual([
			['Cred000000000001', 'password'],
		]);
	});

	test('say nothing about the length of what they hold', async () => {
		const other = openRoom(['hunter-of-8-seas!', 'hunter-of-the-seas']);
		const run = await other.run();
		const lengths = ['hunter-of-8-seas!', 'hunter-of-the-seas'].map(
			(text) => other.guard.sealContent(run, text).length,
		);
		expect(lengths[0]).toBe(lengths[1]);
	});
});
