import { EmbeddedState } from '../../../src/state/embedded/embedded';
import { PostgresState } from '../../../src/state/postgres/postgres';
import type { State } from '../../../src/state/state';

/** Where a store is, in a form that goes to another process. */
export type Place = { file: string } | { port: number; schema: string };

export const storeAt = (place: Place): State =>
	'file' in place
		? new EmbeddedState(place.file)
		: new PostgresState({
				connection: { host: '127.0.0.1', port: place.port, user: 'postgres', database: 'postgres' },
				schema: place.schema,
			});
