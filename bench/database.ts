import type { Client, NodeOnCanvas, NodeRun } from '../host/client.ts';
import { hasMariadb, startMariadb } from '../host/servers/mariadb.ts';
import { hasPostgres, query, startPostgres } from '../host/servers/postgres.ts';
import { startHost } from './host.ts';

const ROWS = 10_000;
const ROUNDS = 7;

/** A table with a key, texts, a whole number, and the moment at which a row came. */
const TABLE = (moment: string) =>
	`CREATE TABLE account (uid varchar(64) PRIMARY KEY, email varchar(100), firstname varchar(60),
	lastname varchar(60), password varchar(60), visits bigint NOT NULL DEFAULT 7, since ${moment} DEFAULT CURRENT_TIMESTAMP)`;

type Step = Pick<NodeOnCanvas, 'type' | 'typeVersion' | 'parameters' | 'credentials'>;

/** A server, and how each of the two nodes writes to it and reads from it. */
interface Engine {
	readonly name: string;
	empty(): Promise<unknown>;
	readonly insert: { stock: Step; ours: Step };
	readonly select: { stock: Step; ours: Step };
	stop(): Promise<void>;
}

/** Sealbox Database against n8n's own nodes, on a real n8n, as a Markdown section. */
export async function benchDatabase(): Promise<string> {
	const host = await startHost();
	const rows: string[] = [];
	try {
		for (const start of [hasPostgres && onPostgres, hasMariadb && onMariadb]) {
			if (start === false) continue;
			const engine = await start(host.client);
			rows.push(await row(host.client, engine, 'insert'), await row(host.client, engine, 'select'));
			await engine.stop();
		}
	} finally {
		await host.stop();
	}
	return `## Sealbox Database

${ROWS} rows of seven columns, in and out of a server on the same machine, without TLS. Median of ${ROUNDS}
rounds in a real n8n, the two nodes in turn. The ratio is the median of what Sealbox Database took to
what n8n's own node took in the same round; the budget is 1.0 at most.

| Server | Operation | n8n's own node | Sealbox Database | Ratio |
|---|---|---|---|---|
${rows.join('\n')}

n8n's MySQL node gives one item for all rows that it inserted; Sealbox Database gives one for each.
`;
}

async function row(client: Client, engine: Engine, what: 'insert' | 'select'): Promise<string> {
	const { stock, ours } = engine[what];
	const rounds: { stock: number; ours: number }[] = [];
	if (what === 'select') await timeOf(client, engine, 'insert', engine.insert.ours);
	for (let round = -1; round < ROUNDS; round += 1) {
		const isFirst = round % 2 === 0;
		const early = await timeOf(client, engine, what, isFirst ? ours : stock);
		const late = await timeOf(client, engine, what, isFirst ? stock : ours);
		// The first round warms up: code is compiled, connections are made.
		if (round < 0) continue;
		rounds.push(isFirst ? { ours: early, stock: late } : { stock: early, ours: late });
	}
	const ratio = median(rounds.map((round) => round.ours / round.stock)).toFixed(2);
	const ms = (of: 'stock' | 'ours') => median(rounds.map((round) => round[of]));
	return `| ${engine.name} | ${what} | ${ms('stock')} ms | ${ms('ours')} ms | ${ratio} |`;
}

async function timeOf(
	client: Client,
	engine: Engine,
	what: 'insert' | 'select',
	step: Step,
): Promise<number> {
	if (what === 'insert') await engine.empty();
	const { data, status } = await client.runOnce(workflowOf(what, step));
	client.answers.length = 0;
	const [run] = (data.resultData.runData.Rows ?? []) as (NodeRun & { executionTime: number })[];
	if (status !== 'success' || run === undefined) {
		throw new Error(`A run of the benchmark failed: ${data.resultData.error?.message}`);
	}
	return run.executionTime;
}

const median = (values: number[]): number =>
	[...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** Reading starts from one item, writing from as many as there are rows. */
function workflowOf(what: 'insert' | 'select', step: Step) {
	const trigger = {
		name: 'Start',
		type: 'n8n-nodes-base.manualTrigger',
		typeVersion: 1,
		parameters: {},
	};
	const people = { category: 'randomData', randomDataType: 'user', randomDataCount: ROWS };
	const items = {
		name: 'Items',
		type: 'n8n-nodes-base.debugHelper',
		typeVersion: 1,
		parameters: people,
	};
	const chain = [trigger, ...(what === 'insert' ? [items] : []), { name: 'Rows', ...step }];
	const links = chain
		.slice(1)
		.map(({ name }, index) => [
			chain[index]?.name,
			{ main: [[{ node: name, type: 'main', index: 0 }]] },
		]);
	return {
		name: `Benchmark of ${step.type}, ${what}`,
		nodes: chain,
		connections: Object.fromEntries(links),
	};
}

const TABLE_NAME = { __rl: true, mode: 'name', value: 'account' };
const AUTO = {
	columns: { mappingMode: 'autoMapInputData', value: null, matchingColumns: [], schema: [] },
};
const ALL = { operation: 'select', table: TABLE_NAME, returnAll: true };

async function ours(client: Client, fields: Record<string, unknown>) {
	const id = await client.createCredential('Ours', 'sealboxDatabaseApi', {
		host: '127.0.0.1',
		tls: 'off',
		...fields,
	});
	const step = (parameters: object): Step => ({
		type: 'n8n-nodes-sealbox.sealboxDatabase',
		typeVersion: 1,
		credentials: { sealboxDatabaseApi: { id, name: 'Ours' } },
		parameters: { ...parameters },
	});
	return { insert: step({ operation: 'insert', table: TABLE_NAME, ...AUTO }), select: step(ALL) };
}

async function onPostgres(client: Client): Promise<Engine> {
	const server = await startPostgres();
	await query(server.port, TABLE('timestamptz'));
	const login = { port: server.port, database: 'postgres', user: 'postgres', password: 'none' };
	const id = await client.createCredential('Stock', 'postgres', {
		host: '127.0.0.1',
		ssl: 'disable',
		...login,
	});
	const schema = { __rl: true, mode: 'name', value: 'public' };
	const step = (parameters: object): Step => ({
		type: 'n8n-nodes-base.postgres',
		typeVersion: 2.7,
		credentials: { postgres: { id, name: 'Stock' } },
		parameters: { resource: 'database', schema, options: {}, ...parameters },
	});
	const own = await ours(client, { engine: 'postgres', ...login });
	return {
		name: 'PostgreSQL',
		empty: async () => await query(server.port, 'TRUNCATE account'),
		insert: { stock: step({ operation: 'insert', table: TABLE_NAME, ...AUTO }), ours: own.insert },
		select: { stock: step(ALL), ours: own.select },
		stop: async () => await server.stop(),
	};
}

async function onMariadb(client: Client): Promise<Engine> {
	const server = await startMariadb();
	await server.query(TABLE('timestamp'));
	const login = { port: server.port, database: 'app', user: 'root', password: '' };
	const id = await client.createCredential('Stock', 'mySql', { host: '127.0.0.1', ...login });
	const step = (parameters: object): Step => ({
		type: 'n8n-nodes-base.mySql',
		typeVersion: 2.5,
		credentials: { mySql: { id, name: 'Stock' } },
		parameters: { resource: 'database', table: TABLE_NAME, options: {}, ...parameters },
	});
	const own = await ours(client, { engine: 'mysql', ...login });
	const insert = { operation: 'insert', dataMode: 'autoMapInputData' };
	return {
		name: 'MariaDB',
		empty: async () => await server.query('TRUNCATE account'),
		insert: { stock: step(insert), ours: own.insert },
		select: { stock: step(ALL), ours: own.select },
		stop: async () => await server.stop(),
	};
}
