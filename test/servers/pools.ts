import type { Pool, Poolable } from '../../src/connections/pool';

type Pools = Map<string, Map<string, Pool<Poolable>>>;

/** Closes the connections that the pools of this process keep for later: a test that ends has no later. */
export function drainPools(): void {
	const pools = (globalThis as Record<symbol, Pools | undefined>)[Symbol.for('sealbox.pools.v1')];
	for (const versions of pools?.values() ?? []) {
		for (const pool of versions.values()) pool.drain();
	}
}
