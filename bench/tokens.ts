/**
 * What a renewal takes beyond the answer of the service, in one process against a service on this machine,
 * with either store. `node bench/run.ts tokens` prints it. Build first: the shipped code is measured.
 */
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { listen } from '../host/ports.ts';
import { hasPostgres, startPostgres } from '../host/servers/postgres.ts';

type Sealbox = typeof import('../src/index.ts');
type State = import('../src/state/state.ts').State;

const ROUNDS = 2_000;
const WARM_UP = 200;
const STRETCH = 100;
const BUDGET_MS = 5;
const LIFE_MS = 3_600_000;
const KEY = new Uint8Array(32).fill(1);
const load = createRequire(resolve('bench/tokens.ts'));

export async function benchTokens(): Promise<string> {
	await (load('../index.js') as Sealbox).ready;
	const disk = fsyncs();
	const rows: string[] = [];
	for (const [name, open] of stores()) rows.push(await row(name, await open()));
	return `## Renewing a token

${ROUNDS} renewals of a rotating refresh token, one after the other, after ${WARM_UP} that do not count. "Service" is bare
requests to the same service over a new connection each, made in turn with the renewals; what a renewal adds
is its own time less their median. A 99th percentile is that of ${STRETCH} renewals in a row, and stands here as the
median of ${ROUNDS / STRETCH} such stretches: a moment in which the machine does something else spoils one of them. A read is a
token that needs no renewal. Times in ms.

The embedded store asks the disk at once to keep the answer of the service, and goes on meanwhile; the second row
is the same store where it waits. PostgreSQL, on this machine, waits for the disk with two of its four commits.
One fsync of 4 KiB took ${at(disk, 0.5).toFixed(2)} at the median and ${p99(disk).toFixed(2)} at the 99th percentile in the same run.

| Store | Service, median | Service, p99 | Added, median | Added, p99 (budget ${BUDGET_MS}) | Read, median | Read, p99 |
|---|---|---|---|---|---|---|
${rows.join('\n')}
`;
}

/** What the disk of this machine takes to keep 4 KiB. */
function fsyncs(): number[] {
	const folder = mkdtempSync(join(tmpdir(), 'sealbox-bench-'));
	const file = openSync(join(folder, 'file'), 'w');
	const bytes = Buffer.alloc(4_096, 1);
	const times = Array.from({ length: ROUNDS }, () => {
		const before = performance.now();
		writeSync(file, bytes);
		fsyncSync(file);
		return performance.now() - before;
	});
	closeSync(file);
	rmSync(folder, { recursive: true });
	return times;
}

interface Opened {
	readonly state: State;
	close(): Promise<void>;
}

function stores(): Array<[string, () => Promise<Opened>]> {
	const embedded = async (): Promise<Opened> => {
		const { EmbeddedState } = load(
			'../dist/state/embedded/embedded.js',
		) as typeof import('../src/state/embedded/embedded.ts');
		const folder = mkdtempSync(join(tmpdir(), 'sealbox-bench-'));
		const state = new EmbeddedState(join(folder, 'state.sqlite'));
		return {
			state,
			close: async () => {
				await state.close();
				rmSync(folder, { recursive: true });
			},
		};
	};
	const postgres = async (): Promise<Opened> => {
		const { PostgresState } = load(
			'../dist/state/postgres/postgres.js',
		) as typeof import('../src/state/postgres/postgres.ts');
		const server = await startPostgres(true);
		const connection = {
			host: '127.0.0.1',
			port: server.port,
			user: 'postgres',
			database: 'postgres',
		};
		const state = new PostgresState({ connection });
		return {
			state,
			close: async () => {
				await state.close();
				await server.stop();
			},
		};
	};
	const waiting = async (): Promise<Opened> => {
		const { state, close } = await embedded();
		return { state: waitingForTheDisk(state), close };
	};
	return [
		['embedded', embedded],
		['embedded, if it waited for the disk', waiting],
		...(hasPostgres ? ([['PostgreSQL', postgres]] as Array<[string, typeof postgres]>) : []),
	];
}

const waitingForTheDisk = (state: State): State =>
	new Proxy(state, {
		get(target, name) {
			if (name === 'swap') {
				return (change: Parameters<State['swap']>[0]) =>
					target.swap(change.outlives === 'crash' ? change : { ...change, outlives: 'power cut' });
			}
			const value = Reflect.get(target, name) as unknown;
			return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
		},
	});

async function row(name: string, { state, close }: Opened): Promise<string> {
	const { generateKeyset } = load('../index.js') as Sealbox;
	const { Tokens } = load('../dist/tokens/tokens.js') as typeof import('../src/tokens/tokens.ts');
	const { refreshTokenGrant } = load(
		'../dist/tokens/grants/oauth.js',
	) as typeof import('../src/tokens/grants/oauth.ts');
	const service = await startService();
	let aheadMs = 0;
	const tokens = new Tokens({
		state,
		keyset: generateKeyset(),
		fingerprintKey: KEY,
		folder: join(tmpdir(), 'sealbox-bench-journal'),
		clock: () => Date.now() + aheadMs,
		random: Math.random,
	});
	const client = { tokenUrl: service.url, clientId: 'bench', clientSecret: 'bench-secret' };
	const grant = refreshTokenGrant(client, { consent: { refreshToken: 'first' } }, KEY);

	const [bare, renewals, reads]: number[][] = [[], [], []];
	for (let round = -WARM_UP; round < ROUNDS; round += 1) {
		const times = [
			await timeOf(() => ask(service.url)),
			await timeOf(() => tokens.get(grant)),
			await timeOf(() => tokens.get(grant)),
		];
		aheadMs += 2 * LIFE_MS;
		if (round < 0) continue;
		[bare, renewals, reads].forEach((list, index) => list.push(times[index]));
	}
	const answer = at(bare, 0.5);
	const added = renewals.map((ms) => ms - answer);
	const asked = service.calls() - (ROUNDS + WARM_UP);
	service.stop();
	await close();
	if (asked !== ROUNDS + WARM_UP)
		throw new Error(`${asked} token requests in ${ROUNDS + WARM_UP} renewals`);
	const cells = [answer, p99(bare), at(added, 0.5), p99(added), at(reads, 0.5), p99(reads)];
	return `| ${name} | ${cells.map((ms) => ms.toFixed(2)).join(' | ')} |`;
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
	const before = performance.now();
	await work();
	return performance.now() - before;
}

const at = (values: number[], share: number): number =>
	[...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? NaN;

/** The median of the 99th percentiles of all stretches. */
const p99 = (values: number[]): number =>
	at(
		Array.from({ length: values.length / STRETCH }, (_, index) =>
			at(values.slice(index * STRETCH, (index + 1) * STRETCH), 0.99),
		),
		0.5,
	);

/** A renewal as a program would make it that keeps nothing. */
const ask = (url: string): Promise<void> =>
	new Promise((done, fail) => {
		const body =
			'grant_type=refresh_token&refresh_token=bare&client_id=bench&client_secret=bench-secret';
		const headers = { 'content-type': 'application/x-www-form-urlencoded' };
		request(url, { method: 'POST', agent: false, headers }, (response) => {
			response.resume().once('end', () => done());
		})
			.once('error', fail)
			.end(body);
	});

async function startService() {
	let calls = 0;
	const server = createServer((incoming, response) => {
		calls += 1;
		const number = calls;
		incoming.resume().once('end', () => {
			const tokens = { access_token: `a${number}`, refresh_token: `r${number}` };
			response.setHeader('content-type', 'application/json');
			response.end(
				JSON.stringify({ ...tokens, token_type: 'Bearer', expires_in: LIFE_MS / 1_000 }),
			);
		});
	});
	const url = `http://127.0.0.1:${await listen(server)}/token`;
	return {
		url,
		calls: () => calls,
		stop: () => {
			server.closeAllConnections();
			server.close();
		},
	};
}
