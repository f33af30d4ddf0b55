import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Content } from '../../http/message';
import { MultipartBody } from '../../http/multipart';
import type { BodyDigest, OutgoingRequest } from '../../kinds';
import { collectWhole, prepared } from './body';

/** A request whose body a signature can cover: in memory, or read beforehand. */
export interface Signable {
	readonly request: OutgoingRequest;
	readonly digest?: BodyDigest;
}

/** Files up to this size are taken into memory; larger ones are read twice instead. */
const IN_MEMORY_BYTES = 2 ** 20;

/**
 * The request with what a signature has to know about its body. A file can be opened again, so that a
 * large one is read once for its hash and once to be sent, and is never in memory as a whole.
 */
export async function preparedToSign(request: Parameters<typeof prepared>[0]): Promise<Signable> {
	const outgoing = await prepared(request);
	const { body } = outgoing;
	if (body instanceof MultipartBody) {
		return { request: outgoing, digest: await digestOf(body.open()) };
	}
	const { content } = request;
	if (content?.type !== 'file' || body instanceof Uint8Array) return { request: outgoing };
	return await largeOrSmall(outgoing, content);
}

async function largeOrSmall(
	outgoing: OutgoingRequest,
	{ file }: Extract<Content, { type: 'file' }>,
): Promise<Signable> {
	const stream = outgoing.body as Readable;
	if (file.length !== undefined && file.length <= IN_MEMORY_BYTES) {
		return { request: { ...outgoing, body: await collectWhole(stream) } };
	}
	const digest = await digestOf(stream);
	return { request: { ...outgoing, body: await file.open() }, digest };
}

async function digestOf(stream: Readable): Promise<BodyDigest> {
	const hash = createHash('sha256');
	let length = 0;
	for await (const chunk of stream as AsyncIterable<Uint8Array>) {
		hash.update(chunk);
		length += chunk.length;
	}
	return { sha256: hash.digest('hex'), length };
}
