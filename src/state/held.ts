import { randomUUID } from 'node:crypto';
import type { State } from './state';

/**
 * Does something while a lease is held, which is renewed until it is done: it lasts as long as the work, and
 * `ttlMs` longer where the process dies.
 *
 * @returns `null` where somebody else holds it, and nothing was done
 */
export async function whileHeld<T extends object>(
	state: State,
	name: string,
	ttlMs: number,
	work: () => Promise<T>,
): Promise<T | null> {
	const lease = await state.acquire(name, randomUUID(), ttlMs);
	if (lease === null) return null;
	// Where the store is away, the next time may be in time.
	const renew = () => void state.renew(lease, ttlMs).catch(() => {});
	const renewing = setInterval(renew, ttlMs / 4).unref();
	try {
		return await work();
	} finally {
		clearInterval(renewing);
		// Where the store is away, it ends by itself.
		await state.release(lease).catch(() => {});
	}
}
