import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SealboxTokenApi } from '../../credentials/SealboxTokenApi.credentials';
import { SealboxRequest } from '../../nodes/SealboxRequest/SealboxRequest.node';
import { json, TestServer } from '../http/server';
import { runNode, type Trial } from './execution';

/** An API that says in its body, and not by its status, that a session has ended. */

let service: TestServer;
let folder: string;
let logins = 0;
/** What the API says to a session that has ended; the latest one is good. */
let refusal: [body: unknown, status: number];
/** Whether it refuses them all. */
let isStubborn = false;
/** What a login says of the life of its session, in seconds. */
let life: number | undefined;

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'sealbox-user-'));
	Object.assign(process.env, { N8N_USER_FOLDER: folder, N8N_ENCRYPTION_KEY: 'a key of n8n' });
	service = await TestServer.start();
});
afterAll(async () => {
	delete process.env.N8N_USER_FOLDER;
	delete process.env.N8N_ENCRYPTION_KEY;
	await service.stop();
	rmSync(folder, { recursive: true });
});
let good = '';
beforeEach(() => {
	isStubborn = false;
	life = undefined;
	refusal = [{ error: 'session expired' }, 200];
	service.received.length = 0;
	service.answer = ({ url, headers, body }, response) => {
		if (url === '/login') {
			good = `session-${(logins += 1)}-1a2b3c4d5e`;
			return json(response, { token: good, life });
		}
		const isGood = headers.authorization === `Bearer ${good}` && !isStubborn;
		return isGood ? json(response, { ok: true, body }) : json(response, ...refusal);
	};
});

const run = async (fields: object, more: Trial['parameters'] = {}) =>
	await runNode({
		node: new SealboxRequest(),
		parameters: {
			url: `${service.origin}/api`,
			authentication: 'sealboxCredential',
			sealboxCredentialType: 'sealboxTokenApi',
			...more,
		},
		credentials: {
			sealboxTokenApi: {
				grantType: 'login',
				loginUrl: `${service.origin}/login`,
				tokenPath: 'token',
				refusalPath: 'error',
				refusalValues: '601, session expired',
				...fields,
			},
		} as unknown as Trial['credentials'],
		types: { sealboxTokenApi: new SealboxTokenApi() } as unknown as Trial['types'],
	});

/** A session of its own for each test, which has ended. */
const ended = async (fields: object) => {
	const own = { loginBody: JSON.stringify({ user: expect.getState().currentTestName }), ...fields };
	await run(own);
	good = 'another';
	service.received.length = 0;
	return own;
};
const asked = () => service.received.map(({ url }) => url);

test.each([
	['a text', { error: 'session expired' }, 200, {}],
	['a number', { errors: [{ code: 601 }] }, 200, { refusalPath: 'errors[0].code' }],
	['false', { ok: false }, 403, { refusalPath: 'ok', refusalValues: 'false' }],
])(
	'fault 5: %s in the body renews once, and sends the request again',
	async (_name, body, status, fields) => {
		const own = await ended(fields);
		refusal = [body, status];
		const post = { method: 'POST', sendBody: true, specifyBody: 'json', jsonBody: '{"a":1}' };
		const { items, error } = await run(own, post);
		expect(error).toBeUndefined();
		expect(items[0]?.json).toEqual({ ok: true, body: '{"a":1}' });
		expect(asked()).toEqual(['/api', '/login', '/api']);
	},
);

test('an API that refuses the new session as well is believed, and asked no third time', async () => {
	const own = await ended({});
	isStubborn = true;
	const { items } = await run(own);
	expect(items[0]?.json).toEqual({ error: 'session expired' });
	expect(asked()).toEqual(['/api', '/login', '/api']);
});

test.each([
	['another value', { error: 'not found' }],
	['another place', { reason: 'session expired' }],
	['a longer text', { error: 'session expired yesterday' }],
	['an object', { error: { code: 601 } }],
	['a body too long to say so', { error: 'session expired', more: 'x'.repeat(70_000) }],
])('fault 5: %s is an answer like any other', async (_name, body) => {
	const own = await ended({});
	refusal = [body, 200];
	expect((await run(own)).items[0]?.json).toEqual(body);
	expect(asked()).toEqual(['/api']);
});

test.each([
	['renews a session whose end nobody knows', undefined, { sorry: true }, true],
	['is an answer like any other while the session has long to live', 3_600, { sorry: true }, false],
	['renews when the body says so as well', 3_600, { error: 'session expired' }, true],
])('fault 4: the status that the credential names %s', async (_name, seconds, body, isRenewed) => {
	life = seconds;
	const own = await ended({ tokenExpiredStatusCode: 403, expiryPath: 'life' });
	refusal = [body, 403];
	const { items, error } = await run(own);
	expect(asked()).toEqual(isRenewed ? ['/api', '/login', '/api'] : ['/api']);
	if (isRenewed) expect(items[0]?.json).toEqual({ ok: true, body: '' });
	else expect(error?.message).toMatch(/answered 403 Forbidden/);
});
