import { Readable } from 'node:stream';

/** A stream and how it begins; the stream is still to be read from its beginning. */
export interface Peeked {
	readonly stream: Readable;
	readonly begin: Buffer;
}

/**
 * Looks at the first bytes of a stream. What is read is put back as it came, so the stream stays the
 * same object and gives the same chunks.
 *
 * @param bytes - fewer are seen only when there are no more
 */
export async function peek(stream: Readable, bytes: number): Promise<Peeked> {
	const chunks: Buffer[] = [];
	let seen = 0;
	while (seen < bytes) {
		const chunk = await firstChunk(stream);
		if (chunk === null) break;
		chunks.push(chunk);
		seen += chunk.length;
	}
	const begin = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
	if (seen === 0) return { stream: Readable.from([]), begin };
	if (!stream.readableEnded) stream.unshift(begin);
	return { stream: stream.readableEnded ? Readable.from([begin]) : stream, begin };
}

async function firstChunk(stream: Readable): Promise<Buffer | null> {
	const now = stream.read() as Buffer | null;
	if (stream.errored) throw stream.errored;
	if (now !== null || stream.readableEnded || stream.destroyed) return now;
	await new Promise<void>((resolve, reject) => {
		const done = (error?: unknown) => {
			for (const event of ['readable', 'end', 'close']) stream.off(event, ready);
			stream.off('error', done);
			if (error instanceof Error) reject(error);
			else resolve();
		};
		const ready = () => done();
		for (const event of ['readable', 'end', 'close']) stream.on(event, ready);
		stream.on('error', done);
	});
	return stream.read() as Buffer | null;
}
