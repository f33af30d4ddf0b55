import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ICredentialTestFunctions, ICredentialsDecrypted } from 'n8n-workflow';
import * as tests from '../../../nodes/SealboxRequest/methods/credentialTest';
import { send } from './hostClient';

/** The test functions as the host calls them: its older HTTP helper, a real server. */

const CANARY = 'cAn4ry-8Hn2Rt5Vx9Bq4Ws7Lm3Zk6';

let server: Server;
let baseUrl: string;
beforeAll(async () => {
	server = createServer((request, response) => {
		const path = (request.url ?? '').split('?')[0];
		if (path === '/moved') response.writeHead(302, { location: '/ok' });
		else if (path === '/slow') return;
		else {
			const { authorization, 'x-api-key': key } = request.headers;
			const secrets = [authorization, String(key), request.url];
			const isGood = secrets.some((one) => one?.includes('good') || one?.startsWith('Bearer ey'));
			response.writeHead(isGood || path === '/sts/' ? 200 : 401);
		}
		response.end(`echo ${JSON.stringify(request.headers)}`);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
	server.closeAllConnections();
	return new Promise((resolve) => server.close(resolve));
});

type TestName = keyof typeof tests;
const request = (options: object) => send('legacy', options);
const run = async (name: TestName, data: object) => {
	const host = { helpers: { request } } as unknown as ICredentialTestFunctions;
	const result = await tests[name].call(host, { data } as unknown as ICredentialsDecrypted);
	expect(result.message).not.toContain(CANARY);
	return result;
};

const GOOD: [TestName, object][] = [
	['sealboxBearerTest', { token: 'good-token' }],
	['sealboxBasicAuthTest', { user: 'u', password: 'p' }],
	['sealboxApiKeyTest', { key: 'good-key', name: 'X-API-Key' }],
	['sealboxApiKeyTest', { key: 'good-key', name: 'k', location: 'query' }],
	['sealboxJwtTest', { secret: CANARY.repeat(2) }],
];

test.each(GOOD)('%s connects and reports a good credential, row %#', async (name, data) => {
	const isBasic = name === 'sealboxBasicAuthTest';
	const testPath = isBasic ? '/good' : '/ok';
	expect(await run(name, { ...data, baseUrl, testPath })).toEqual({
		status: 'OK',
		message: 'The service accepted the credential.',
	});
});

const BAD: [TestName, object][] = [
	['sealboxBearerTest', { token: CANARY }],
	['sealboxBasicAuthTest', { user: 'u', password: CANARY }],
	['sealboxApiKeyTest', { key: CANARY, name: 'X-API-Key' }],
	['sealboxApiKeyTest', { key: CANARY, name: 'k', location: 'body' }],
];

test.each(BAD)('%s reports a bad credential, row %#', async (name, data) => {
	const result = await run(name, { ...data, baseUrl, testPath: '/ok' });
	expect(result).toMatchObject({
		status: 'Error',
		message: expect.stringContaining('refused the credential (401)') as string,
	});
});

test('a redirect is not followed', async () => {
	const result = await run('sealboxBearerTest', { token: 'good', baseUrl, testPath: '/moved' });
	expect(result).toMatchObject({
		status: 'Error',
		message: expect.stringContaining('answered 302') as string,
	});
});

test('a server that is not there is told from a bad credential', async () => {
	const gone = { token: CANARY, baseUrl: 'http://127.0.0.1:1', testPath: '/' };
	const result = await run('sealboxBearerTest', gone);
	expect(result).toMatchObject({
		status: 'Error',
		message: expect.stringContaining('Nothing answers') as string,
	});
});

test('AWS keys are tried at the STS endpoint', async () => {
	const keys = {
		region: 'eu-central-1',
		accessKeyId: 'AKIAQYLPMN5HHHFPZAM2',
		secretAccessKey: CANARY,
	};
	const good = await run('sealboxAwsTest', { ...keys, stsEndpoint: `${baseUrl}/sts` });
	expect(good).toEqual({ status: 'OK', message: 'AWS accepted the keys.' });
	const bad = await run('sealboxAwsTest', { ...keys, stsEndpoint: baseUrl });
	expect(bad).toMatchObject({
		status: 'Error',
		message: expect.stringContaining('(401)') as string,
	});
});

test('no data at all is answered, not thrown', async () => {
	for (const name of Object.keys(tests) as TestName[]) {
		expect((await run(name, {})).status).toBe('Error');
	}
});
