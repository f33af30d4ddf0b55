import { createCanary } from '../../../../host/canary.ts';
import { call, credentialsOf, hook, inLine, node, START } from '../nodes.ts';
import type { Stage } from '../stage.ts';
import type { Way } from '../walk.ts';

const plain = (name: string) => createCanary(name, 'plain');

const clientCredentials = async (stage: Stage) =>
	await stage.credential('oAuth2Api', {
		grantType: 'clientCredentials',
		accessTokenUrl: `${stage.url('/token')}&gift=${stage.key}`,
		clientId: 'somebody',
		clientSecret: stage.secret('client secret', plain),
		scope: '',
		authentication: 'header',
	});

const twoRuns = async (stage: Stage, path: string, between?: () => void) => {
	const key = await clientCredentials(stage);
	const url = `${stage.url(path)}&gift=${stage.key}`;
	const id = await stage.activate(inLine([START, hook(stage.key)], call(url, key)));
	const first = await stage.callHook(stage.key);
	between?.();
	const second = await stage.callHook(stage.key);
	return { first, second, runs: await stage.outlines(id, 2) };
};

export const tokenWays: Way[] = [
	{
		name: 'a token that is fetched when it is first needed',
		walk: async (stage) => {
			stage.service.gifts.set(stage.key, stage.secret('token', plain));
			return await twoRuns(stage, '/echo');
		},
	},
	{
		name: 'a token that is fetched anew because the old one is refused',
		walk: async (stage) => {
			const { gifts } = stage.service;
			gifts.set(stage.key, stage.secret('first token', plain));
			return await twoRuns(stage, '/fresh', () =>
				gifts.set(stage.key, stage.secret('second token', plain)),
			);
		},
	},
	{
		name: 'a session that a login gives',
		walk: async (stage) => {
			stage.service.gifts.set(stage.key, stage.secret('session', plain));
			const key = await stage.credential('metabaseApi', {
				url: stage.service.url,
				username: stage.key,
				password: stage.secret('password'),
			});
			const parameters = {
				url: stage.url('/echo'),
				authentication: 'predefinedCredentialType',
				nodeCredentialType: 'metabaseApi',
			};
			const request = node('Call', 'httpRequest', 4.2, parameters, {
				credentials: credentialsOf(key),
			});
			return await stage.runBoth(request);
		},
	},
	{
		name: 'a password in the address of a server',
		walk: async (stage) => {
			const password = stage.secret('password', plain);
			const key = await stage.credential('jenkinsApi', {
				username: 'somebody',
				apiKey: stage.secret('key', plain),
				baseUrl: `${stage.service.url.replace('//', `//else:${password}@`)}/jenkins`,
			});
			const jobs = node(
				'Call',
				'jenkins',
				1,
				{ resource: 'build', operation: 'getAll', job: stage.key, returnAll: true },
				{ credentials: credentialsOf(key) },
			);
			return await stage.runBoth(jobs);
		},
	},
];
