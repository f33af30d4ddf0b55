import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Arrived } from './verify';

/** A body beyond this size is hashed while it arrives, and not kept. */
const KEPT_BYTES = 1_000_000;

export interface Arrival extends Arrived {
	bodyBytes: number;
}

/** Reads a request whole, whatever its size, with the headers as they stood on the wire. */
export async function arrivalOf(request: IncomingMessage): Promise<Arrival> {
	const hash = createHash('sha256');
	const kept: Buffer[] = [];
	let bodyBytes = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		hash.update(chunk);
		bodyBytes += chunk.length;
		if (bodyBytes <= KEPT_BYTES) kept.push(chunk);
	}
	const { rawHeaders: raw, method = '', url = '' } = request;
	return {
		method,
		target: url,
		headers: raw.flatMap((name, i) => (i % 2 === 0 ? [[name, raw[i + 1] ?? ''] as const] : [])),
		body: Buffer.concat(kept),
		bodySha256: hash.digest('hex'),
		bodyBytes,
	};
}
