import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { discard } from '../../src/http/message';
import { peek } from '../../src/http/peek';

const TEXT = 'twelve bytes';
const BYTES = Buffer.from(TEXT);

const bodies = {
	bytes: () => BYTES,
	'a stream of one piece': () => Readable.from([BYTES]),
	'a stream byte by byte': () => Readable.from([...TEXT].map((letter) => Buffer.from(letter))),
};

test.each(Object.entries(bodies))(
	'%s: a short body is seen, and is there to be read',
	async (_, body) => {
		const { response, bytes } = await peek({ status: 200, headers: {}, body: body() }, 12);
		expect(bytes && Buffer.from(bytes).toString()).toBe(TEXT);
		expect(Buffer.from(response.body as Uint8Array).toString()).toBe(TEXT);
	},
);

test.each(Object.entries(bodies))('%s: of a longer one nothing is lost', async (_, body) => {
	const { response, bytes } = await peek({ status: 200, headers: {}, body: body() }, 11);
	expect(bytes).toBeNull();
	const { body: rest } = response;
	expect((rest instanceof Uint8Array ? rest : await buffer(rest)).toString()).toBe(TEXT);
});

test('a longer body that nobody reads is let go', async () => {
	const body = Readable.from([BYTES, BYTES]);
	const { response } = await peek({ status: 200, headers: {}, body }, 11);
	(response.body as Readable).once('data', () => discard(response));
	await new Promise((resolve) => body.once('close', resolve));
	expect(body.destroyed).toBe(true);
});

test('a body that breaks off says so', async () => {
	const body = Readable.from(
		(async function* () {
			yield BYTES;
			throw new Error('broken');
		})(),
	);
	await expect(peek({ status: 200, headers: {}, body }, 100)).rejects.toThrow('broken');
});
