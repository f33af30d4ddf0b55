import type { Duplex } from 'node:stream';

/** Runs `work` and destroys the stream, however it ends. */
export async function using<T>(stream: Duplex, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} finally {
		stream.destroy();
	}
}

/** Runs `work` and destroys the stream when it fails; otherwise whoever has the result closes it. */
export async function keeping<T>(stream: Duplex, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		stream.destroy();
		throw error;
	}
}
