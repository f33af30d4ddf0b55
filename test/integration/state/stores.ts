import { EmbeddedState } from '../../../src/state/embedded/embedded';
import { insist } from '../../../src/state/embedded/insist';
import { openDatabase } from '../../../src/state/embedded/open';
import { MIGRATIONS } from '../../../src/state/embedded/schema';
import { PostgresState } from '../../../src/state/postgres/postgres';
import { prepareSchema } from '../../../src/state/postgres/prepare';
import { migrationsFor } from '../../../src/state/postgres/schema';
import type { State } from '../../../src/state/state';
import { Pool } from '../../../src/vendor/pg';

/** Where a store is, in a form that goes to another process. */
export type Place = { file: string } | { port: number; schema: string };

export const storeAt = (place: Place): State =>
	'file' in place
		? new EmbeddedState(place.file)
		: new PostgresState({
				connection: { host: '127.0.0.1', port: place.port, user: 'postgres', database: 'postgres' },
				schema: place.schema,
			});

/** Opens a store as a later release would, whose format has one more version. */
export async function openLater(place: Place, step: string): Promise<void> {
	if ('file' in place) {
		const { file } = place;
		(await insist(file, () => openDatabase(file, [...MIGRATIONS, step]))).close();
		return;
	}
	const { port, schema } = place;
	const pool = new Pool({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
	try {
		await prepareSchema(pool, schema, [...migrationsFor(schema), [step]]);
	} finally {
		await pool.end();
	}
}
