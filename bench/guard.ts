import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCanary } from '../host/canary.ts';
import type { Workflow } from '../host/client.ts';
import { startHost, type Host } from '../host/host.ts';
import { startService, type Service } from '../host/services/service.ts';

/** A workflow to run on both hosts, how often, and how much longer it may take with the guard. */
interface Case {
	readonly name: string;
	readonly path: string;
	/** Calls of each host that are not counted: the first ones compile what they run. */
	readonly warmUps: number;
	/** An even number: the host that is called first in one is called last in the next. */
	readonly rounds: number;
	readonly budget: number;
	readonly hasLoop?: boolean;
}

/** What the hosts say by default; the tests let them say more. */
const LOG = { N8N_LOG_LEVEL: 'info' };
/** Of /proc, on every Linux of today. */
const MS_OF_TICK = 10;
const SMALL_ITEMS = 10;
const LARGE_ITEMS = 10_000;
const LOOPS = 500;
const SMALL: Case = {
	name: `${SMALL_ITEMS} small items`,
	path: 'small',
	warmUps: 30,
	rounds: 60,
	budget: 1.03,
};
const LARGE: Case = {
	name: '10 MB of items',
	path: 'large',
	warmUps: 2,
	rounds: 30,
	budget: 1.15,
};
/** A call takes ten seconds and more, so few have to do; only after some of them times settle. */
const LOOP: Case = {
	name: `a loop of ${LOOPS} iterations, progress saved`,
	path: 'loop',
	warmUps: 4,
	rounds: 6,
	budget: 1.1,
	hasLoop: true,
};

/** One after the other: two processes of the same program differ, and each from call to call. */
const PAIRS = 3;

/** n8n with the guard against n8n without, both on this machine, as a Markdown section. */
export async function benchGuard(): Promise<string> {
	const pairs: Pair[] = [];
	for (let number = 1; number <= PAIRS; number += 1) {
		const pair = await measurePair();
		process.stderr.write(`Pair ${number} of ${PAIRS}:\n${pair.results.map(row).join('\n')}\n`);
		pairs.push(pair);
	}
	const rows = pairs[0].results.map((result, i) =>
		row({ ...result, ...pooled(pairs.map(({ results }) => results[i])) }),
	);
	const before = figuresOf(pooled(pairs.map((pair) => pair.before)));
	const beside = figuresOf(pooled(pairs.map((pair) => pair.beside)));
	return section(rows, beside.ratio / before.ratio);
}

/** What was measured of both hosts, in milliseconds. */
interface Comparison {
	readonly rounds: readonly { stock: number; guarded: number }[];
	/** The processor time of all calls. */
	readonly processor: { readonly stock: number; readonly guarded: number };
}

interface Result extends Comparison {
	readonly one: Case;
	/** Of stored credentials. */
	readonly count: number;
}

interface Pair {
	readonly results: readonly Result[];
	/** The small workflow without hostile credentials and beside them. */
	readonly before: Comparison;
	readonly beside: Comparison;
}

async function measurePair(): Promise<Pair> {
	const service = await startService(routes());
	const [stock, guarded] = await Promise.all([
		startHost({ mode: 'regular', env: LOG }),
		startHost({ mode: 'regular', env: LOG, guard: true }),
	]);
	const both = async <T>(work: (host: Host) => Promise<T>) =>
		await Promise.all([stock, guarded].map(work));
	try {
		const doors = await both(async (host) => ({ url: await prepare(host, service), host }));
		const results: Result[] = [];
		const measure = async (count: number, cases: readonly Case[]) => {
			for (const one of cases) results.push({ one, count, ...(await compare(one, doors)) });
		};
		await both((host) => addCredentials(host, 9));
		await measure(10, [SMALL, LARGE, LOOP]);
		await both((host) => addCredentials(host, 990));
		await measure(1_000, [SMALL, LARGE]);
		const before = await compare(SMALL, doors);
		await both((host) => useHostile(host, service));
		return { results, before, beside: await compare(SMALL, doors) };
	} finally {
		await Promise.all([stock.stop(), guarded.stop()]);
		await service.close();
	}
}

function pooled(all: readonly Comparison[]): Comparison {
	const sum = (of: (each: Comparison) => number) => all.map(of).reduce((a, b) => a + b);
	return {
		rounds: all.flatMap(({ rounds }) => rounds),
		processor: {
			stock: sum(({ processor }) => processor.stock),
			guarded: sum(({ processor }) => processor.guarded),
		},
	};
}

const section = (rows: string[], hostile: number): string => `## Guard

A production webhook starts the workflow, an HTTP Request node with a credential fetches items from a
service on the same machine, and the caller is answered when the run is stored. Two n8n on SQLite, one
with the guard, both with the log level that n8n has by default, called in turn, now the one first and now
the other; the first calls, which compile what they run, do not count. The ratio is the median of what two
calls took with the guard to what the two beside them took without; beside it that of the processor time of
all calls, all threads together. Two processes of the same program differ, and each from call to call, by a
tenth and more; so all calls of ${PAIRS} pairs of them count.

| Workflow | Stored credentials | Without | With | Ratio | Processor | Budget |
|---|---|---|---|---|---|---|
${rows.join('\n')}

With three more credentials in use by other workflows, one of a megabyte, one whose value is
\`executionId\` and one of 10,000 fields, the small workflow takes ${hostile.toFixed(2)} × what it took before
(budget 1.10).
`;

/** Who is called first waits for what the call before left to do, so a ratio is that of two rounds. */
function figuresOf({ rounds, processor }: Comparison) {
	const ratios = rounds.flatMap((round, i) => {
		const next = rounds[i + 1];
		if (i % 2 !== 0 || next === undefined) return [];
		return [(round.guarded + next.guarded) / (round.stock + next.stock)];
	});
	return {
		without: median(rounds.map(({ stock }) => stock)),
		withGuard: median(rounds.map(({ guarded }) => guarded)),
		ratio: median(ratios),
		processor: processor.guarded / processor.stock,
	};
}

/** A host, and where its workflows are called. */
interface Door {
	readonly url: string;
	readonly host: Host;
}

async function compare(one: Case, doors: Door[]): Promise<Comparison> {
	const [stock, guarded] = doors;
	const rounds: Comparison['rounds'][number][] = [];
	let before: number[] = [];
	for (let round = -one.warmUps; round < one.rounds; round += 1) {
		if (round === 0) before = doors.map(processorMs);
		const isFirst = round % 2 === 0;
		const early = await timeOf(`${(isFirst ? guarded : stock).url}/${one.path}`);
		const late = await timeOf(`${(isFirst ? stock : guarded).url}/${one.path}`);
		if (round < 0) continue;
		rounds.push(isFirst ? { guarded: early, stock: late } : { stock: early, guarded: late });
	}
	const used = doors.map((door, i) => processorMs(door) - (before[i] ?? 0));
	return { rounds, processor: { stock: used[0], guarded: used[1] } };
}

function row({ one, count, ...measured }: Result): string {
	const { without, withGuard, ratio, processor } = figuresOf(measured);
	const times = `${without.toFixed(0)} ms | ${withGuard.toFixed(0)} ms`;
	const ratios = `${ratio.toFixed(2)} | ${processor.toFixed(2)}`;
	return `| ${one.name} | ${count} | ${times} | ${ratios} | ${one.budget} |`;
}

/** What the processes of a host have used of the processor; NaN where the machine does not tell. */
function processorMs({ host }: Door): number {
	const ticks = host.pids().map((pid) => {
		const file = `/proc/${pid}/stat`;
		const fields = existsSync(file)
			? readFileSync(file, 'utf8')
					.replace(/^.*\) /, '')
					.split(' ')
			: [];
		return Number(fields[11]) + Number(fields[12]);
	});
	return ticks.reduce((sum, each) => sum + each, 0) * MS_OF_TICK;
}

const median = (values: number[]): number =>
	[...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

async function timeOf(url: string): Promise<number> {
	const started = performance.now();
	const response = await fetch(url);
	await response.arrayBuffer();
	if (!response.ok) throw new Error(`A run of the benchmark answered ${response.status}`);
	return performance.now() - started;
}

/** The answer of a service: many items of a kilobyte, or few short ones. */
function routes() {
	const item = (i: number, length: number) => ({ id: i, name: `Person ${i}`, text: words(length) });
	const list = (count: number, length: number) =>
		JSON.stringify(Array.from({ length: count }, (_, i) => item(i, length)));
	const json = (body: string) => () => ({ body, headers: { 'content-type': 'application/json' } });
	return {
		'/small': json(list(SMALL_ITEMS, 80)),
		'/large': json(list(LARGE_ITEMS, 970)),
		'/loop': json(list(LOOPS, 80)),
	};
}

const WORDS = 'the order was sent to a customer who has paid for it with a card last week'.split(
	' ',
);
const words = (length: number): string => {
	let text = '';
	while (text.length < length) text += `${WORDS[Math.floor(Math.random() * WORDS.length)]} `;
	return text;
};

/** @returns where the workflows are called */
async function prepare(host: Host, service: Service): Promise<string> {
	const value = createCanary('key').value;
	const id = await host.client.createCredential('Key', 'httpHeaderAuth', { name: 'X-Key', value });
	for (const one of [SMALL, LARGE, LOOP]) {
		const workflow = await host.client.createWorkflow(workflowFor(one, service.url, id));
		await host.client.activateWorkflow(workflow);
		await untilRegistered(`${host.webhookUrl}/webhook/${one.path}`);
	}
	return `${host.webhookUrl}/webhook`;
}

async function untilRegistered(url: string): Promise<void> {
	for (let tries = 0; (await fetch(url)).status === 404; tries += 1) {
		if (tries > 100) throw new Error('The webhook of the benchmark was not registered');
		await sleep(100);
	}
}

async function addCredentials(host: Host, count: number): Promise<void> {
	for (let i = 0; i < count; i += 1) {
		const value = createCanary('spare').value;
		await host.client.createCredential(`Spare ${i}`, 'httpHeaderAuth', { name: 'X-Key', value });
	}
	host.client.answers.length = 0;
}

/** Credentials that are made to be in the way, each used by a workflow of its own. */
async function useHostile(host: Host, service: Service): Promise<void> {
	const fields = Array.from({ length: 10_000 }, (_, i) => [`X-${i}`, `value ${i} of a field`]);
	const hostile: [type: string, data: object][] = [
		['httpBearerAuth', { token: 'status '.repeat(150_000) }],
		['httpHeaderAuth', { name: 'X-Key', value: 'executionId' }],
		['httpCustomAuth', { json: JSON.stringify({ headers: Object.fromEntries(fields) as object }) }],
	];
	for (const [index, [type, data]] of hostile.entries()) {
		const path = `hostile-${index}`;
		const id = await host.client.createCredential(path, type, data);
		const one = { ...SMALL, path };
		const workflow = await host.client.createWorkflow(workflowFor(one, service.url, id, type));
		await host.client.activateWorkflow(workflow);
		await untilRegistered(`${host.webhookUrl}/webhook/${path}`);
	}
}

const link = (node: string, index = 0) => [{ node, type: 'main', index }];

function workflowFor(
	{ path, hasLoop = false }: Case,
	url: string,
	id: string,
	type = 'httpHeaderAuth',
): Workflow {
	return {
		name: path,
		settings: { executionOrder: 'v1', saveExecutionProgress: hasLoop },
		nodes: [
			{
				name: 'Webhook',
				type: 'n8n-nodes-base.webhook',
				typeVersion: 2,
				webhookId: path,
				parameters: { path, responseMode: 'lastNode', responseData: 'noData', options: {} },
			},
			{
				name: 'Fetch',
				type: 'n8n-nodes-base.httpRequest',
				typeVersion: 4.2,
				parameters: {
					url: `${url}/${path}`,
					authentication: 'genericCredentialType',
					genericAuthType: type,
				},
				credentials: { [type]: { id, name: 'Key' } },
			},
			...(hasLoop
				? [
						{
							name: 'Loop',
							type: 'n8n-nodes-base.splitInBatches',
							typeVersion: 3,
							parameters: { options: {} },
						},
					]
				: []),
			{ name: 'Each', type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} },
		],
		connections: hasLoop
			? {
					Webhook: { main: [link('Fetch')] },
					Fetch: { main: [link('Loop')] },
					Loop: { main: [[], link('Each')] },
					Each: { main: [link('Loop')] },
				}
			: { Webhook: { main: [link('Fetch')] }, Fetch: { main: [link('Each')] } },
	};
}
