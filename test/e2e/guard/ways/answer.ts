import type { NodeOnCanvas } from '../../../../host/client.ts';
import { call, code, hook, inLine, node } from '../nodes.ts';
import type { Way } from '../walk.ts';

const KEY = '$json.headers["x-key"]';

/** A webhook that is answered in one of n8n's manners, after a call that brought the secret. */
const answered = (name: string, mode: Record<string, unknown>, ...nodes: NodeOnCanvas[]): Way => ({
	name: `a webhook that is answered ${name}`,
	walk: async (stage) => {
		const key = await stage.headerKey();
		const workflow = inLine([hook(stage.key, mode)], call(stage.url('/echo'), key), ...nodes);
		const id = await stage.activate(workflow);
		const reply = await stage.callHook(stage.key, {
			body: JSON.stringify({ hello: 1 }),
			headers: JSON_BODY,
		});
		return { reply, runs: await stage.outlines(id) };
	},
});

const JSON_BODY = { 'content-type': 'application/json' };

const respond = (parameters: object) => node('Respond', 'respondToWebhook', 1.1, { ...parameters });

const byNode = (name: string, parameters: object, ...before: NodeOnCanvas[]): Way =>
	answered(name, { responseMode: 'responseNode' }, ...before, respond(parameters));

const file = code(`return { json: {}, binary: { data: {
	data: Buffer.from('key=' + ${KEY}).toString('base64'), mimeType: 'text/plain', fileName: 'key.txt' } } }`);

export const answerWays: Way[] = [
	answered('at once', { responseMode: 'onReceived' }),
	answered('with the first item', { responseMode: 'lastNode', responseData: 'firstEntryJson' }),
	answered('with one property of the first item', {
		responseMode: 'lastNode',
		responseData: 'firstEntryJson',
		options: { responsePropertyName: 'headers.x-key', responseContentType: 'text/plain' },
	}),
	answered('with all items', { responseMode: 'lastNode', responseData: 'allEntries' }),
	answered('with nothing', { responseMode: 'lastNode', responseData: 'noData' }),
	answered(
		'with a file',
		{
			responseMode: 'lastNode',
			responseData: 'firstEntryBinary',
			responseBinaryPropertyName: 'data',
		},
		file,
	),
	answered(
		'with an error',
		{ responseMode: 'lastNode' },
		code(`throw new Error('Bad: ' + ${KEY})`),
	),
	byNode('by a node with text', { respondWith: 'text', responseBody: `=Key: {{ ${KEY} }}` }),
	byNode('by a node with JSON', {
		respondWith: 'json',
		responseBody: `={{ { key: ${KEY}, list: [${KEY}] } }}`,
	}),
	byNode('by a node with the first item', { respondWith: 'firstIncomingItem' }),
	byNode('by a node with all items', { respondWith: 'allIncomingItems' }),
	byNode('by a node with a header', {
		respondWith: 'noData',
		options: { responseHeaders: { entries: [{ name: 'X-Answer', value: `={{ ${KEY} }}` }] } },
	}),
	byNode('by a node that redirects', {
		respondWith: 'redirect',
		redirectURL: `=https://service.example/?key={{ encodeURIComponent(${KEY}) }}`,
	}),
	byNode('by a node with a file', { respondWith: 'binary' }, file),
	byNode('by a node with a page', {
		respondWith: 'text',
		responseBody: `=<b>{{ ${KEY} }}</b>`,
		options: { responseHeaders: { entries: [{ name: 'Content-Type', value: 'text/html' }] } },
	}),
	{
		name: 'a webhook that asks its caller for the secret',
		walk: async (stage) => {
			const key = await stage.headerKey();
			const trigger = {
				...hook(stage.key, { authentication: 'headerAuth' }),
				credentials: call('', key).credentials,
			};
			const id = await stage.activate(inLine([trigger], code('return $input.all()')));
			const refused = await stage.callHook(stage.key);
			const reply = await stage.callHook(stage.key, { headers: { 'X-Key': stage.secret() } });
			return { refused: refused.status, status: reply.status, runs: await stage.outlines(id) };
		},
	},
	{
		name: 'a webhook that asks its caller for a password',
		walk: async (stage) => {
			const password = stage.secret('password');
			const basic = await stage.credential('httpBasicAuth', { user: 'somebody', password });
			const trigger = {
				...hook(stage.key, { authentication: 'basicAuth' }),
				credentials: call('', basic).credentials,
			};
			const id = await stage.activate(inLine([trigger], code('return $input.all()')));
			const authorization = `Basic ${Buffer.from(`somebody:${password}`).toString('base64')}`;
			const reply = await stage.callHook(stage.key, { headers: { authorization } });
			return { status: reply.status, runs: await stage.outlines(id) };
		},
	},
	{
		name: 'a webhook that is sent the secret of another node',
		walk: async (stage) => {
			const id = await stage.activate(
				inLine([hook(stage.key)], call(stage.url('/echo'), await stage.headerKey())),
			);
			const body = JSON.stringify({ guess: stage.secret() });
			const reply = await stage.callHook(stage.key, { body, headers: JSON_BODY });
			return { reply, runs: await stage.outlines(id) };
		},
	},
	{
		name: 'a webhook that is sent a file with the secret of another node',
		walk: async (stage) => {
			const id = await stage.activate(
				inLine([hook(stage.key)], call(stage.url('/echo'), await stage.headerKey())),
			);
			const body = new FormData();
			body.set('file', new Blob([`key=${stage.secret()}`], { type: 'text/plain' }), 'key.txt');
			const reply = await stage.callHook(stage.key, { body });
			return { reply, runs: await stage.outlines(id) };
		},
	},
];
