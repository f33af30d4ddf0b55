import type { Duplex } from 'node:stream';
import { loginAtPostgres } from '../connections/postgres';
import type { DatabaseFields } from '../kinds/database';
import type { Client, QueryResult } from '../vendor/pg';
import type { Link, Outcome, Reading, Row, Statement } from './link';
import { postgresError } from './postgresErrors';
import { BYTEA, postgresTypes } from './postgresTypes';

export async function linkToPostgres(fields: DatabaseFields, stream: Duplex): Promise<Link> {
	const client = await loginAtPostgres(fields, stream);
	let isBroken = false;
	const broke = () => void (isBroken = true);
	client.on('error', broke).on('end', broke);
	return {
		engine: 'postgres',
		run: async (statement, reading) => await run(client, statement, reading),
		pause: () => void streamOf(client).pause(),
		resume: () => void streamOf(client).resume(),
		stopStatement: () => ({
			text: 'SELECT pg_cancel_backend($1)',
			values: [(client as unknown as { processID: number }).processID],
		}),
		isInTransaction: () => statusOf(client) !== 'I',
		isUsable: () => !isBroken && statusOf(client) === 'I',
		destroy: () => {
			isBroken = true;
			stream.destroy();
			streamOf(client).destroy();
		},
		close: async () => await client.end().catch(() => undefined),
	};
}

/** The letter of ReadyForQuery: `I` for no transaction, `T` in one, `E` in one that failed. */
const statusOf = (client: Client): string =>
	(client as unknown as { getTransactionStatus(): string | null }).getTransactionStatus() ?? 'I';

const streamOf = (client: Client): Duplex =>
	(client as unknown as { connection: { stream: Duplex } }).connection.stream;

async function run(client: Client, statement: Statement, reading?: Reading): Promise<Outcome> {
	const { Query, types } = await import('../vendor/pg');
	const { text, values } = statement;
	const { each, all, bytes, largeNumbers = 'exact' } = reading ?? {};
	return await new Promise((resolve, reject) => {
		const query = new Query({
			text,
			values: [...values],
			types: postgresTypes(types, largeNumbers),
		} as never);
		// Without a listener for rows, the driver keeps them itself.
		if (each !== undefined) query.on('row', each);
		query.on('error', (error) => reject(postgresError(error, text)));
		query.on('end', (results) => {
			for (const { rows, fields } of [results].flat() as QueryResult<Row>[]) {
				bytes?.(bytesIn(fields));
				if (fields.length > 0) all?.(rows);
			}
			resolve(outcomeOf(results));
		});
		client.query(query);
	});
}

const bytesIn = (fields: readonly { name: string; dataTypeID: number }[]): string[] =>
	fields.filter(({ dataTypeID }) => dataTypeID === BYTEA).map(({ name }) => name);

/** Several statements without parameters may come in one text: the last one counts. */
function outcomeOf(results: QueryResult | QueryResult[]): Outcome {
	const all = [results].flat();
	const affected = all.filter(({ fields }) => fields.length === 0);
	return {
		hasRows: all.some(({ fields }) => fields.length > 0),
		affectedRows: affected.reduce((sum, { rowCount }) => sum + (rowCount ?? 0), 0),
	};
}
