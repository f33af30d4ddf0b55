import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SealboxError } from '../sealing/error';
import { EmbeddedState } from '../state/embedded/embedded';
import { PostgresState, type PostgresSettings } from '../state/postgres/postgres';
import type { State } from '../state/state';
import { n8nFolder, type Environment } from './installation';

/** Where Sealbox keeps its files on this machine. */
export const sealboxFolder = (env: Environment): string => join(n8nFolder(env), 'sealbox');

const OPENED = Symbol.for('sealbox.state.v1');
type Process = typeof globalThis & { [OPENED]?: State };

/** The shared store, opened once in this process, whoever asks and however often this module is loaded. */
export const processState = (): State =>
	((globalThis as Process)[OPENED] ??= telling(sharedState(process.env)));

/** What is put into the outbox is given out, and put on record, in a moment. */
function telling(state: State): State {
	const swap = state.swap.bind(state);
	state.swap = async (change) => {
		const version = await swap(change);
		if (version !== null && change.events?.length) {
			void import('./events')
				.then(({ hostEvents }) => hostEvents().recordSoon())
				.catch(() => {
					// It is in the outbox; whoever looks next finds it.
				});
		}
		return version;
	};
	return state;
}

/**
 * The store that all processes of this n8n share: in queue mode n8n's own PostgreSQL, in a schema of its own,
 * and otherwise a file in n8n's folder. `SEALBOX_STATE=postgres` or `embedded` says it outright, and
 * `SEALBOX_STATE_SCHEMA` names another schema.
 *
 * @throws SealboxError `ERR_STATE_UNAVAILABLE` when PostgreSQL is asked for and n8n has none
 */
export function sharedState(env: Environment): State {
	const hasPostgres = env.DB_TYPE === 'postgresdb';
	const chosen =
		env.SEALBOX_STATE ?? (env.EXECUTIONS_MODE === 'queue' && hasPostgres ? 'postgres' : 'embedded');
	if (chosen === 'embedded') return new EmbeddedState(join(sealboxFolder(env), 'state.sqlite'));
	if (chosen === 'postgres' && hasPostgres) return new PostgresState(postgresSettings(env));
	throw new SealboxError(
		'ERR_STATE_UNAVAILABLE',
		'SEALBOX_STATE is embedded or postgres; the latter needs an n8n with DB_TYPE=postgresdb, whose settings it uses.',
	);
}

/** Whether requests and runs may come to several processes of this n8n. */
export const hasSeveralProcesses = ({ EXECUTIONS_MODE, SEALBOX_STATE }: Environment): boolean =>
	EXECUTIONS_MODE === 'queue' || SEALBOX_STATE === 'postgres';

/** n8n's own variables, with n8n's own defaults; each may name a file instead. */
function postgresSettings(env: Environment): PostgresSettings {
	const of = (name: string): string | undefined => valueOf(env, `DB_POSTGRESDB_${name}`);
	const password = of('PASSWORD') ?? '';
	const schema = env.SEALBOX_STATE_SCHEMA;
	return {
		connection: {
			host: of('HOST') ?? 'localhost',
			port: Number(of('PORT') ?? 5432),
			database: of('DATABASE') ?? 'n8n',
			user: of('USER') ?? 'postgres',
			password: () => password,
			ssl: tlsOf(of),
		},
		...(schema === undefined ? {} : { schema }),
	};
}

function tlsOf(of: (name: string) => string | undefined) {
	const [ca, cert, key] = ['SSL_CA', 'SSL_CERT', 'SSL_KEY'].map(of);
	const isAsked = of('SSL_ENABLED') === 'true' || ca || cert || key;
	if (!isAsked) return false;
	const rejectUnauthorized = of('SSL_REJECT_UNAUTHORIZED') !== 'false';
	return { rejectUnauthorized, ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

function valueOf(env: Environment, name: string): string | undefined {
	const file = env[`${name}_FILE`];
	if (env[name] !== undefined || file === undefined) return env[name];
	try {
		return readFileSync(file, 'utf8').trim();
	} catch {
		// n8n itself cannot have read it; the database says what is wrong.
		return undefined;
	}
}
