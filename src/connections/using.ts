import type { Duplex } from 'node:stream';

/** Runs `work` and destroys the stream, however it ends. */
export async function using<T>(stream: Duplex, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} finally {
		stream.destroy();
	}
}
