import { createHash } from 'node:crypto';
import type { Fields } from '../kinds/kind';
import { Pool, type Poolable, type PoolRules } from './pool';

/**
 * The pools of this process, by credential and by what stands in it.
 *
 * They are kept by the process and not by this module, because n8n loads a package a second time when
 * it is updated in the editor.
 */
const KEY = Symbol.for('sealbox.pools.v1');
type Process = typeof globalThis & { [KEY]?: Map<string, Map<string, Pool<Poolable>>> };

/** Which credential it is, as far as the host tells, and its fields. */
export interface Version {
	/** What is behind the connections: pools of different kinds are never mixed up. */
	readonly kind: string;
	/** The host's id of the credential; the empty string when it has none. */
	readonly id: string;
	readonly fields: Fields;
}

/**
 * The pool for the present fields of a credential.
 *
 * When they have changed, the pool of the former ones is drained: what is under way ends in peace,
 * and everything new happens with the new fields.
 */
export function poolOf<T extends Poolable>(
	{ kind, id, fields }: Version,
	rules: PoolRules,
): Pool<T> {
	const pools = ((globalThis as Process)[KEY] ??= new Map());
	const version = digestOf(fields);
	const owner = id === '' ? `${kind} ${version}` : `${kind} id ${id}`;
	const versions = pools.get(owner) ?? new Map<string, Pool<Poolable>>();
	pools.set(owner, versions);
	for (const [other, pool] of versions) {
		if (other === version) continue;
		pool.drain();
		if (pool.open === 0) versions.delete(other);
	}
	const known = versions.get(version) as Pool<T> | undefined;
	if (known !== undefined) return known;
	const fresh = new Pool<T>(rules);
	versions.set(version, fresh as unknown as Pool<Poolable>);
	return fresh;
}

/** Two versions of a credential are told apart without keeping its secrets as a key. */
const digestOf = (fields: Fields): string =>
	createHash('sha256')
		.update(JSON.stringify(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))))
		.digest('base64url');
