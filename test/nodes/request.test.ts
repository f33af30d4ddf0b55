import { SealboxRequest } from '../../nodes/SealboxRequest/SealboxRequest.node';
import { SealboxBearerApi } from '../../credentials/SealboxBearerApi.credentials';
import { json, TestServer } from '../http/server';
import { runNode, type Trial } from './execution';

const TOKEN = 'tok-7e0b1c9d4f6a42c88d15';

let server: TestServer;
beforeAll(async () => {
	server = await TestServer.start();
});
afterAll(async () => await server.stop());
beforeEach(() => {
	server.received.length = 0;
	server.answer = (_, response) => json(response, { ok: true });
});

const run = async (parameters: Trial['parameters'], rest: Partial<Trial> = {}) =>
	await runNode({
		node: new SealboxRequest(),
		parameters: { url: server.origin, ...parameters },
		types: { sealboxBearerApi: new SealboxBearerApi() },
		...rest,
	});

const withBearer = {
	authentication: 'sealboxCredential',
	sealboxCredentialType: 'sealboxBearerApi',
};
const credentials = { sealboxBearerApi: { token: TOKEN } };

test('a GET without credentials gives one item for the answer, paired with its input', async () => {
	const { items, error } = await run({});
	expect(error).toBeUndefined();
	expect(items).toEqual([{ json: { ok: true }, pairedItem: { item: 0 } }]);
});

test('a Sealbox credential is sent, and what echoes it comes back scrubbed', async () => {
	server.answer = ({ headers }, response) => json(response, { seen: headers.authorization });
	const { items, error, leftBehind } = await run(withBearer, { credentials });
	expect(error).toBeUndefined();
	expect(server.received[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
	expect(JSON.stringify(items)).not.toContain(TOKEN);
	expect(leftBehind).not.toContain(TOKEN);
});
