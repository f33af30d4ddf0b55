import { Readable } from 'node:stream';
import type { HttpResponse } from './message';

/** The response to go on with, and its body if that is no longer than was asked for. */
export interface Peeked {
	readonly response: HttpResponse;
	/** `null` for a longer one. */
	readonly bytes: Uint8Array | null;
}

/**
 * Looks at the body of a response that will be read once more.
 *
 * @param most - bytes; a longer body is not kept in memory
 */
export async function peek(response: HttpResponse, most: number): Promise<Peeked> {
	const { body } = response;
	if (body instanceof Uint8Array) return { response, bytes: body.length > most ? null : body };
	const parts: Buffer[] = [];
	const rest = body[Symbol.asyncIterator]() as AsyncIterator<Buffer | string>;
	for (let length = 0; length <= most; ) {
		const next = await rest.next();
		if (next.done) {
			const bytes = Buffer.concat(parts);
			return { response: { ...response, body: bytes }, bytes };
		}
		const part = Buffer.from(next.value as Buffer);
		parts.push(part);
		length += part.length;
	}
	const whole = Readable.from(joined(parts, rest)).once('close', () => body.destroy());
	return { response: { ...response, body: whole }, bytes: null };
}

async function* joined(parts: Iterable<Buffer>, rest: AsyncIterator<Buffer | string>) {
	yield* parts;
	yield* { [Symbol.asyncIterator]: () => rest };
}
