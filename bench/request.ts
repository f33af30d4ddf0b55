import { createServer } from 'node:http';
import type { Client, NodeOnCanvas, NodeRun, Workflow } from '../host/client.ts';
import { listen } from '../host/ports.ts';
import { startHost } from './host.ts';

const ITEMS = 1000;
const ROUNDS = 7;
/** A service on the same machine, and one as far away as most are. */
const DELAYS_MS = [0, 50];

type Login = Pick<NodeOnCanvas, 'parameters' | 'credentials'>;

/** The same credential in the words of either node. */
interface Case {
	readonly name: string;
	readonly httpRequest: Login;
	readonly sealboxRequest: Login;
}

/** Sealbox Request against n8n's HTTP Request, on a real n8n, as a Markdown section. */
export async function benchRequest(): Promise<string> {
	const host = await startHost();
	try {
		const rows: string[] = [];
		for (const delayMs of DELAYS_MS) {
			const service = await startService(delayMs);
			for (const one of await cases(host.client)) {
				rows.push(await row(host.client, service.url, delayMs, one));
			}
			service.stop();
		}
		return section(rows);
	} finally {
		await host.stop();
	}
}

const section = (rows: string[]): string => `## Sealbox Request

${ITEMS} items, one call each, to a service on the same machine that answers 130 bytes of JSON. Median
of ${ROUNDS} rounds in a real n8n, the two nodes in turn. The ratio is the median of what Sealbox Request
took to what n8n's HTTP Request took in the same round; the budget is 1.0 at most.

| Credential | Service answers after | HTTP Request | Sealbox Request | Ratio |
|---|---|---|---|---|
${rows.join('\n')}
`;

async function row(client: Client, url: string, delayMs: number, one: Case): Promise<string> {
	const stock = workflowWith(nodeOf('n8n-nodes-base.httpRequest', 4.2, url, one.httpRequest));
	const ours = workflowWith(nodeOf('n8n-nodes-sealbox.sealboxRequest', 1, url, one.sealboxRequest));
	const rounds: { stock: number; ours: number }[] = [];
	for (let round = -1; round < ROUNDS; round += 1) {
		// In turn, and the one that goes first in turn, too: whatever else runs here hits both alike.
		const isFirst = round % 2 === 0;
		const early = await timeOf(client, isFirst ? ours : stock);
		const late = await timeOf(client, isFirst ? stock : ours);
		// The first round warms up: code is compiled, connections to the database are made.
		if (round < 0) continue;
		rounds.push(isFirst ? { ours: early, stock: late } : { stock: early, ours: late });
	}
	const http = median(rounds.map((round) => round.stock));
	const sealbox = median(rounds.map((round) => round.ours));
	const ratio = median(rounds.map((round) => round.ours / round.stock)).toFixed(2);
	return `| ${one.name} | ${delayMs} ms | ${http} ms | ${sealbox} ms | ${ratio} |`;
}

async function timeOf(client: Client, workflow: Workflow): Promise<number> {
	const { data, status } = await client.runOnce(workflow);
	client.answers.length = 0;
	const [run] = (data.resultData.runData.Call ?? []) as (NodeRun & { executionTime: number })[];
	const count = run?.data?.main[0]?.length;
	if (status !== 'success' || run === undefined || count !== ITEMS) {
		const reason = data.resultData.error?.message ?? `${count} items`;
		throw new Error(`A run of the benchmark failed: ${reason}`);
	}
	return run.executionTime;
}

const median = (values: number[]): number =>
	[...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

const nodeOf = (type: string, typeVersion: number, url: string, login: Login): NodeOnCanvas => ({
	name: 'Call',
	type,
	typeVersion,
	...login,
	parameters: { url: `=${url}/items/{{ $itemIndex }}`, options: {}, ...login.parameters },
});

const workflowWith = (call: NodeOnCanvas): Workflow => ({
	name: `Benchmark of ${call.type}`,
	nodes: [
		{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} },
		{
			name: 'Items',
			type: 'n8n-nodes-base.debugHelper',
			typeVersion: 1,
			parameters: { category: 'randomData', randomDataType: 'uuid', randomDataCount: ITEMS },
		},
		call,
	],
	connections: { Start: { main: [[toward('Items')]] }, Items: { main: [[toward('Call')]] } },
});

const toward = (node: string) => ({ node, type: 'main', index: 0 });

async function cases(client: Client): Promise<Case[]> {
	const header = await client.createCredential('Header', 'httpHeaderAuth', {
		name: 'X-Api-Key',
		value: 'benchmark-header-value',
	});
	const bearer = await client.createCredential('Bearer', 'sealboxBearerApi', {
		token: 'benchmark-bearer-token',
	});
	const none = { parameters: { authentication: 'none' } };
	const generic = {
		parameters: { authentication: 'genericCredentialType', genericAuthType: 'httpHeaderAuth' },
		credentials: { httpHeaderAuth: { id: header, name: 'Header' } },
	};
	const credentials = { sealboxBearerApi: { id: bearer, name: 'Bearer' } };
	const predefined = {
		authentication: 'predefinedCredentialType',
		nodeCredentialType: 'sealboxBearerApi',
	};
	const sealbox = {
		authentication: 'sealboxCredential',
		sealboxCredentialType: 'sealboxBearerApi',
	};
	return [
		{ name: 'None', httpRequest: none, sealboxRequest: none },
		{ name: "n8n's Header Auth", httpRequest: generic, sealboxRequest: generic },
		{
			name: 'Sealbox Bearer',
			httpRequest: { parameters: predefined, credentials },
			sealboxRequest: { parameters: sealbox, credentials },
		},
	];
}

async function startService(delayMs: number): Promise<{ url: string; stop: () => void }> {
	const tags = ['a', 'b', 'c'];
	const server = createServer((request, response) => {
		const { url } = request;
		const body = JSON.stringify({ ok: true, url, name: 'an item with some text', tags, n: null });
		const answer = () => response.setHeader('content-type', 'application/json').end(body);
		if (delayMs === 0) answer();
		else setTimeout(answer, delayMs);
	});
	const port = await listen(server);
	return {
		url: `http://127.0.0.1:${port}`,
		stop: () => {
			server.closeAllConnections();
			server.close();
		},
	};
}
