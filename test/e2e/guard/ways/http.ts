import { randomInt } from 'node:crypto';
import { createCanary } from '../../../../host/canary.ts';
import { call, code, credentialsOf, inLine, hook, node, START } from '../nodes.ts';
import type { Stage } from '../stage.ts';
import type { Way } from '../walk.ts';

/** A service that is called with a header credential and answers with more than it should. */
const answered = (name: string, path: string, parameters: object = {}, more: object = {}): Way => ({
	name: `a service ${name}`,
	walk: async (stage) =>
		await stage.runBoth(call(stage.url(path), await stage.headerKey(), { ...parameters }, more)),
});

const response = (options: object) => ({ options: { response: { response: options } } });

/** The service hides what it was sent in another writing. */
const ENCODINGS = [
	...['base64', 'base64 at 1', 'base64 at 2', 'base64url', 'hex', 'HEX'],
	...['URL', 'form', 'HTML', 'JSON', 'JSON in JSON'],
];

const encoded = ENCODINGS.map((as) =>
	answered(`that answers in ${as}`, `/encoded?as=${encodeURIComponent(as)}`),
);

/** A credential type and what its fields hold, with the secret in its place. */
const TYPES: Record<string, (stage: Stage) => object> = {
	httpBasicAuth: (stage) => ({ user: 'somebody', password: stage.secret() }),
	httpBearerAuth: (stage) => ({ token: stage.secret('token', plain) }),
	httpQueryAuth: (stage) => ({ name: 'key', value: stage.secret() }),
	httpCustomAuth: (stage) => ({
		json: JSON.stringify({
			headers: { 'X-Key': stage.secret('in header') },
			qs: { other: stage.secret('in query') },
		}),
	}),
	httpTemplatedCustomAuth: (stage) => ({
		template: JSON.stringify({ headers: { 'X-Key': 'Token {{ key }}' } }),
		placeholderValues: JSON.stringify({ key: stage.secret() }),
	}),
};

const plain = (name: string) => createCanary(name, 'plain');

const authenticated = Object.keys(TYPES).map(
	(type): Way => ({
		name: `an echo to ${type}`,
		walk: async (stage) =>
			await stage.runBoth(
				call(stage.url('/echo'), await stage.credential(type, TYPES[type](stage))),
			),
	}),
);

const digits = (name: string) => ({ name, value: String(randomInt(1e14, 2e14)) });

export const httpWays: Way[] = [
	answered('that echoes headers', '/echo'),
	answered('that redirects with the secret in the address', '/redirect'),
	answered('that refuses and repeats why', '/refuse'),
	answered(
		'that refuses while the run goes on',
		'/refuse',
		{},
		{ onError: 'continueRegularOutput' },
	),
	answered('that refuses into the error output', '/refuse', {}, { onError: 'continueErrorOutput' }),
	answered(
		'that fails and is asked again',
		'/refuse?status=503',
		{},
		{ retryOnFail: true, maxTries: 2, waitBetweenTries: 50 },
	),
	answered('that never refuses', '/refuse', response({ neverError: true, fullResponse: true })),
	answered('that answers in a header and a cookie', '/header', response({ fullResponse: true })),
	answered('that answers with text', '/text'),
	answered('that answers with a small text file', '/file', response({ responseFormat: 'file' })),
	answered('that answers with bytes', '/bytes', response({ responseFormat: 'file' })),
	answered('that answers with the secret as a key', '/key'),
	answered('that answers with many items', '/list'),
	answered('that is sent a multipart form', '/text', {
		method: 'POST',
		sendBody: true,
		contentType: 'multipart-form-data',
		bodyParameters: { parameters: [{ name: 'field', value: 'something' }] },
	}),
	answered('with pages', '/pages', {
		options: {
			pagination: {
				pagination: {
					parameters: {
						parameters: [{ type: 'qs', name: 'page', value: '={{ $pageCount + 1 }}' }],
					},
					limitPagesFetched: true,
					maxRequests: 3,
				},
			},
		},
	}),
	{
		name: 'a service that answers with a number',
		walk: async (stage) =>
			await stage.runBoth(
				call(stage.url('/number'), await stage.headerKey(stage.secret('number', digits))),
			),
	},
	{
		name: 'a service that a node of its own calls',
		walk: async (stage) => {
			const key = await stage.credential('githubApi', {
				server: stage.url('/').replace(/\/\?.*/, ''),
				user: 'somebody',
				accessToken: stage.secret('token', plain),
			});
			const github = node(
				'Call',
				'github',
				1,
				{
					resource: 'repository',
					operation: 'get',
					owner: { __rl: true, mode: 'name', value: 'somebody' },
					repository: { __rl: true, mode: 'name', value: 'something' },
				},
				{ credentials: credentialsOf(key) },
			);
			return await stage.runBoth(github);
		},
	},
	{
		name: 'a login in the body of a request',
		walk: async (stage) => {
			const key = await stage.credential('httpCustomAuth', {
				json: JSON.stringify({ body: { client_secret: stage.secret() } }),
			});
			return await stage.runBoth(
				call(stage.url('/echo'), key, {
					method: 'POST',
					sendBody: true,
					bodyParameters: { parameters: [{ name: 'grant_type', value: 'password' }] },
				}),
			);
		},
	},
	{
		name: 'items one after the other in batches',
		walk: async (stage) => {
			const key = await stage.headerKey();
			const items = code('return [1, 2, 3].map((number) => ({ json: { number } }))', 'Items');
			const each = call(stage.url('/echo?number={{ $json.number }}'), key, {
				url: `=${stage.url('/echo')}&number={{ $json.number }}`,
				options: { batching: { batch: { batchSize: 1, batchInterval: 20 } } },
			});
			return await stage.runBothOf(inLine([START, hook(stage.key)], items, each));
		},
	},
	...authenticated,
	...encoded,
];
