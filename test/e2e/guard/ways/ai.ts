import type { NodeOnCanvas } from '../../../../host/client.ts';
import { createCanary } from '../../../../host/canary.ts';
import { call, credentialsOf, hook, linked, node, START, type Link } from '../nodes.ts';
import type { Stage } from '../stage.ts';
import type { Way } from '../walk.ts';

const LANGCHAIN = '@n8n/n8n-nodes-langchain';

const model = async (stage: Stage): Promise<NodeOnCanvas> => {
	const key = await stage.credential('openAiApi', {
		apiKey: createCanary('model key', 'plain').value,
		url: `${stage.service.url}/v1`,
	});
	const parameters = { model: { __rl: true, mode: 'id', value: 'stand-in' }, options: {} };
	return node('Model', `${LANGCHAIN}.lmChatOpenAi`, 1.2, parameters, {
		credentials: credentialsOf(key),
	});
};

const agent = (version: number, options: object = {}): NodeOnCanvas =>
	node('Agent', `${LANGCHAIN}.agent`, version, {
		promptType: 'define',
		text: 'What does the service say?',
		options,
	});

const tool = async (stage: Stage): Promise<NodeOnCanvas> => {
	const { parameters, ...rest } = call(stage.url('/text'), await stage.headerKey());
	const described = { ...parameters, toolDescription: 'Asks the service' };
	return { ...rest, name: 'Ask', type: 'n8n-nodes-base.httpRequestTool', parameters: described };
};

const AROUND: Link[] = [
	['Model', 'Agent', 0, 0, 'ai_languageModel'],
	['Ask', 'Agent', 0, 0, 'ai_tool'],
];

const asked = (name: string, version: number): Way => ({
	name,
	walk: async (stage) => {
		const nodes = [START, hook(stage.key), agent(version), await model(stage), await tool(stage)];
		return await stage.runBothOf(linked(nodes, [['Start', 'Agent'], ['Hook', 'Agent'], ...AROUND]));
	},
});

const subWorkflow: Way = {
	name: 'an agent whose tool is another workflow',
	walk: async (stage) => {
		const called = node('Called', 'executeWorkflowTrigger', 1.1, { inputSource: 'passthrough' });
		const inner = call(stage.url('/echo'), await stage.headerKey());
		const child = await stage.activate(
			linked([called, inner], [['Called', 'Call']]),
			`${stage.key} child`,
		);
		const asking = node('Ask', `${LANGCHAIN}.toolWorkflow`, 2.2, {
			description: 'Asks the service',
			workflowId: { __rl: true, mode: 'id', value: child },
			workflowInputs: { mappingMode: 'defineBelow', value: {} },
		});
		const nodes = [START, hook(stage.key), agent(2.2), await model(stage), asking];
		return await stage.runBothOf(linked(nodes, [['Start', 'Agent'], ['Hook', 'Agent'], ...AROUND]));
	},
};

/** What was streamed, in one piece: how it was cut says nothing. */
const streamed = (body: string): string =>
	body
		.split('\n')
		.filter((line) => line.startsWith('{'))
		.map((line) => JSON.parse(line) as { type: string; content?: string })
		.map(({ type, content }) => (type === 'item' ? content : `<${type}>`))
		.join('');

const stream: Way = {
	name: 'an agent whose answer is streamed to the caller of a webhook',
	walk: async (stage) => {
		const trigger = hook(stage.key, { responseMode: 'streaming' });
		const nodes = [
			trigger,
			agent(2.2, { enableStreaming: true }),
			await model(stage),
			await tool(stage),
		];
		const id = await stage.activate(linked(nodes, [['Hook', 'Agent'], ...AROUND]));
		const reply = await stage.callHook(stage.key);
		return { status: reply.status, body: streamed(reply.body), runs: await stage.outlines(id) };
	},
};

const chat = (name: string, responseMode: string): Way => ({
	name,
	walk: async (stage) => {
		const trigger = node(
			'Chat',
			`${LANGCHAIN}.chatTrigger`,
			1.1,
			{ public: true, mode: 'webhook', options: { responseMode } },
			{ webhookId: stage.key },
		);
		const nodes = [
			trigger,
			agent(2.2, { enableStreaming: true }),
			await model(stage),
			await tool(stage),
		];
		const id = await stage.activate(linked(nodes, [['Chat', 'Agent'], ...AROUND]));
		const body = JSON.stringify({ action: 'sendMessage', chatInput: 'Hello', sessionId: 'one' });
		const headers = { 'content-type': 'application/json' };
		const reply = await stage.callHook(`${stage.key}/chat`, { body, headers });
		const said = responseMode === 'streaming' ? streamed(reply.body) : reply.body;
		return { status: reply.status, said, runs: await stage.outlines(id) };
	},
});

export const aiWays: Way[] = [
	asked('an agent that asks a tool within its own run', 2.2),
	asked('an agent that asks a tool through the engine', 3),
	subWorkflow,
	stream,
	chat('a chat that is answered by the last node', 'lastNode'),
	chat('a chat that is streamed', 'streaming'),
];
