import { join } from 'node:path';
import { searchFolder, searchFor, type Canary, type Sighting } from './canary.ts';
import { readPostgres, readSqlite } from './observe/tables.ts';
import { leaveUncompressed, startPostgres } from './servers/postgres.ts';
import { startRedis } from './servers/redis.ts';

/** Where one n8n keeps its data. */
export interface Stores {
	/** What tells n8n to use them. */
	readonly env: Record<string, string>;
	/** To be called once n8n has made its tables, so that a search sees what is written from then on. */
	prepareForSearch(): Promise<void>;
	sightings(canaries: readonly Canary[]): Promise<Sighting[]>;
	/** Where the files are that are not in the user folder. */
	readonly folders: readonly string[];
	stop(): Promise<void>;
}

/** n8n's default: a SQLite file in the user folder, where files are searched anyway. */
export const openSqlite = (userFolder: string): Stores => ({
	env: {},
	prepareForSearch: async () => undefined,
	async sightings(canaries) {
		const search = searchFor(canaries);
		const columns = readSqlite(join(userFolder, '.n8n', 'database.sqlite'));
		return columns.flatMap(({ name, content }) => search(name, content));
	},
	folders: [],
	stop: async () => undefined,
});

/** What queue mode needs: a PostgreSQL and a Redis, both of our own. */
export async function openServers(): Promise<Stores> {
	const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
	return {
		env: {
			EXECUTIONS_MODE: 'queue',
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: '127.0.0.1',
			DB_POSTGRESDB_PORT: String(postgres.port),
			DB_POSTGRESDB_USER: 'postgres',
			DB_POSTGRESDB_DATABASE: 'postgres',
			QUEUE_BULL_REDIS_HOST: '127.0.0.1',
			QUEUE_BULL_REDIS_PORT: String(redis.port),
		},
		prepareForSearch: () => leaveUncompressed(postgres.port),
		async sightings(canaries) {
			const search = searchFor(canaries);
			const columns = await readPostgres(postgres.port);
			return [
				...columns.flatMap(({ name, content }) => search(name, content)),
				...under('postgres', searchFolder(canaries, postgres.folder)),
				...under('redis', searchFolder(canaries, redis.folder)),
				...search('redis commands', redis.commands()),
			];
		},
		folders: [postgres.folder, redis.folder],
		async stop() {
			await Promise.all([postgres.stop(), redis.stop()]);
		},
	};
}

const under = (name: string, found: Sighting[]): Sighting[] =>
	found.map((sighting) => ({ ...sighting, where: `${name}/${sighting.where}` }));
