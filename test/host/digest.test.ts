import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FileSource } from '../../src/http/message';
import { preparedToSign } from '../../src/host/request/digest';

const MB = 2 ** 20;

/** A file that is never whole in memory, and says how often it was opened. */
function fileOf(megabytes: number, stated = true) {
	const state = { opened: 0, read: 0 };
	const chunk = Buffer.alloc(MB, 'x');
	const file: FileSource = {
		mediaType: 'text/plain',
		...(stated && { length: megabytes * MB }),
		async open() {
			state.opened += 1;
			return Readable.from(
				(function* () {
					for (let i = 0; i < megabytes; i++) {
						state.read += 1;
						yield chunk;
					}
				})(),
				{ objectMode: false },
			);
		},
	};
	const sha256 = createHash('sha256')
		.update(Buffer.alloc(megabytes * MB, 'x'))
		.digest('hex');
	return { state, file, sha256 };
}

const put = (file: FileSource) => ({
	method: 'PUT',
	url: new URL('https://b.s3.eu-west-1.amazonaws.com/k'),
	headers: {},
	content: { type: 'file', file } as const,
});

test.each([
	['a large file', true],
	['a file that does not say how large it is', false],
])('%s is read once for its hash, and is a stream still when it is sent', async (_, stated) => {
	const { state, file, sha256 } = fileOf(20, stated);
	const { request, digest } = await preparedToSign(put(file));
	expect(digest).toEqual({ sha256, length: 20 * MB });
	expect(request.body).toBeInstanceOf(Readable);
	expect(state).toEqual({ opened: 2, read: 20 });
	(request.body as Readable).destroy();
});

test('a small file is taken into memory, where its bytes are signed', async () => {
	const { file, state } = fileOf(1);
	const { request, digest } = await preparedToSign(put(file));
	expect(request.body).toEqual(Buffer.alloc(MB, 'x'));
	expect([digest, state.opened]).toEqual([undefined, 1]);
});

test('a form with files is read with the boundary that it will be sent with', async () => {
	const { file } = fileOf(3);
	const parts = [{ name: 'f', value: file }];
	const { request, digest } = await preparedToSign({
		...put(file),
		content: { type: 'multipart', parts },
	});
	const sent = createHash('sha256');
	let length = 0;
	for await (const chunk of (request.body as { open(): Readable }).open()) {
		sent.update(chunk as Buffer);
		length += (chunk as Buffer).length;
	}
	expect(digest).toEqual({ sha256: sent.digest('hex'), length });
});
