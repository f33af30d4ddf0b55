import { createHmac } from 'node:crypto';
import { createCanary } from '../../host/canary.ts';
import { connected, readExamples, type Example } from '../../host/examples.ts';
import { connect, outputOf, readHost, sightings } from './host.ts';
import { activate, runsOf } from './webhooks/active.ts';
import { send, type Sent } from './webhooks/send.ts';

/** The examples that a webhook starts, as somebody imports them, and their senders. */

const client = connect();
const examples = readExamples('examples/webhooks');
const { url } = readHost();
const secret = createCanary('webhook secret', 'plain');
const now = Math.floor(Date.now() / 1000);

const mac = (content: string) => createHmac('sha256', secret.value).update(content).digest('hex');

interface Sender {
	readonly body: string;
	readonly headers: (body: string) => Record<string, string>;
	/** The last node, and what it gives out. */
	readonly last: string;
	readonly output: object;
}

const SENDERS: Record<string, Sender> = {
	'stripe-payments.json': {
		body: JSON.stringify({
			id: 'evt_1',
			type: 'checkout.session.completed',
			data: {
				object: { customer_details: { email: 'a@b.example' }, amount_total: 1250, currency: 'eur' },
			},
		}),
		headers: (body) => ({ 'stripe-signature': `t=${now},v1=${mac(`${now}.${body}`)}` }),
		last: 'Payment',
		output: { customer: 'a@b.example', amount: 12.5, currency: 'eur' },
	},
	'github-pushes.json': {
		body: JSON.stringify({
			ref: 'refs/heads/main',
			repository: { full_name: 'owner/name' },
			commits: [{}, {}],
		}),
		headers: (body) => ({
			'x-github-event': 'push',
			'x-hub-signature-256': `sha256=${mac(body)}`,
		}),
		last: 'Push',
		output: { repository: 'owner/name', branch: 'main', commits: 2 },
	},
	'partner-orders.json': {
		body: JSON.stringify({ event: { id: '1', order: 'A-17' } }),
		headers: (body) => ({ 'x-partner-signature': `t=${now},v1=${mac(`${now}.${body}`)}` }),
		last: 'Order',
		output: { order: 'A-17', signedBy: 'partner' },
	},
};

async function imported(example: Example): Promise<{ id: string; address: string }> {
	const type = 'sealboxWebhookApi';
	const credential = await client.createCredential('Webhook', type, { secret: secret.value });
	const workflow = connected(example, url, { [type]: credential });
	const id = await activate(client, workflow.nodes, workflow.connections);
	const path = workflow.nodes.map(({ parameters }) => parameters.path).find(Boolean) as string;
	return { id, address: `${url}/webhook/${path}` };
}

test('there is an example for each of these senders', () => {
	expect(examples.map(({ file }) => file)).toEqual(Object.keys(SENDERS).sort());
});

describe.each(examples.map((example) => [example.file, example] as const))(
	'the example %s',
	(file, example) => {
		test('explains itself, and holds neither credentials nor pinned data', () => {
			const { nodes } = example.workflow;
			expect(nodes.map(({ type }) => type)).toContain('n8n-nodes-base.stickyNote');
			expect(nodes.filter((node) => node.credentials !== undefined)).toEqual([]);
			expect(example.workflow).toMatchObject({ pinData: {} });
		});

		test('is imported, runs for what its sender signed, and for nothing else', async () => {
			const { body, headers, last, output } = SENDERS[file] as Sender;
			const { id, address } = await imported(example);
			const sent = (text: string): Sent => ({
				body: text,
				headers: { 'content-type': 'application/json', ...headers(body) },
			});
			expect((await send(address, sent(`${body} `))).status).toBe(401);
			expect((await send(address, sent(body))).status).toBe(200);
			const runs = await runsOf(client, id, 1);
			expect(runs.map((run) => outputOf(run, last))).toEqual([[output]]);
		});
	},
);

test('the secret is nowhere', () => {
	expect(sightings([secret], client)).toEqual([]);
});
