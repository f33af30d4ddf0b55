import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createCanary, search } from '../../host/canary.ts';
import type { NodeOnCanvas } from '../../host/client.ts';
import { listTypes } from '../../host/credential-types.ts';
import { listen } from '../../host/ports.ts';
import { GENERIC_TYPES, PREDEFINED_TYPES } from '../../nodes/SealboxRequest/credentialTypes';
import { connect, inLine, messageOf, outputOf } from './host.ts';

/*
 * An HTTP Request node whose type is changed to Sealbox Request, and nothing else, does the same with
 * the same credential; but what the service echoes comes back without the secret.
 */

const client = connect();
const canary = createCanary('swapped secret', 'plain');
const secret = canary.value;

let url: string;
const server = createServer((request, response) => void echo(request, response));
beforeAll(async () => {
	url = `http://127.0.0.1:${await listen(server)}`;
});
afterAll(() => void server.close());

/** Answers what it was sent; to a request without Digest it answers the challenge first. */
async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	if (request.url === '/digest' && request.headers.authorization === undefined) {
		const challenge = 'Digest realm="r", nonce="n", qop="auth"';
		return void response.writeHead(401, { 'www-authenticate': challenge }).end();
	}
	const { method, headers } = request;
	const seen = { method, path: request.url, headers, body: Buffer.concat(chunks).toString() };
	response.setHeader('content-type', 'application/json').end(JSON.stringify(seen));
}

const json = (value: unknown) => JSON.stringify(value);

/** Credentials of n8n's own, and where a service finds their secret. */
const SAMPLES: Record<string, Record<string, unknown>> = {
	httpBasicAuth: { user: 'me', password: secret },
	httpBearerAuth: { token: secret },
	httpHeaderAuth: { name: 'X-Api-Key', value: secret },
	httpQueryAuth: { name: 'api_key', value: secret },
	httpDigestAuth: { user: 'me', password: secret },
	httpCustomAuth: {
		json: json({ headers: { 'X-A': secret }, qs: { b: secret }, body: { c: secret } }),
	},
	httpTemplatedCustomAuth: {
		template: json({ headers: { Authorization: 'Token {{ key }}' } }),
		placeholderValues: json({ key: secret }),
	},
	githubApi: { server: 'https://api.github.com', user: 'me', accessToken: secret },
	notionApi: { apiKey: secret },
	postHogApi: { url: 'https://app.posthog.com', apiKey: secret },
	aws: { region: 'us-east-1', accessKeyId: 'AKIDEXAMPLE', secretAccessKey: secret },
};

const isGeneric = (type: string) => GENERIC_TYPES.some(({ name }) => name === type);

const httpRequest = (type: string, id: string): NodeOnCanvas => ({
	name: 'Call',
	type: 'n8n-nodes-base.httpRequest',
	typeVersion: 4.2,
	parameters: {
		method: 'POST',
		url: url + (type === 'httpDigestAuth' ? '/digest' : '/things?a=1'),
		...(isGeneric(type)
			? { authentication: 'genericCredentialType', genericAuthType: type }
			: { authentication: 'predefinedCredentialType', nodeCredentialType: type }),
		sendBody: true,
		specifyBody: 'json',
		jsonBody: '{"note":"hello"}',
		options: {},
	},
	credentials: { [type]: { id, name: type } },
});

/** What of an answer must be the same: not what names the client, the time or a one-time value. */
const essential = (item: Record<string, unknown>) => {
	const { headers, ...rest } = item as { headers: Record<string, string> };
	const own =
		/^(accept|user-agent|connection|host|content-length|accept-encoding)$|^x-amz|^authorization$/;
	const kept = Object.entries(headers).filter(([name]) => !own.test(name));
	return { ...rest, headers: Object.fromEntries(kept) };
};

test.each(Object.keys(SAMPLES))('%s', async (type) => {
	const id = await client.createCredential(type, type, SAMPLES[type] as object);
	const before = httpRequest(type, id);
	const after = { ...before, type: 'n8n-nodes-sealbox.sealboxRequest', typeVersion: 1 };
	const [stock, ours] = [
		await client.runOnce(inLine(`${type} before`, before)),
		await client.runOnce(inLine(`${type} after`, after)),
	];
	expect(messageOf(stock)).toBe('');
	expect(messageOf(ours)).toBe('');
	const [theirs, swapped] = [outputOf(stock, 'Call')[0], outputOf(ours, 'Call')[0]];
	const blank = (item: unknown) =>
		JSON.stringify(item)
			.replace(/\[[^\][]*\]/g, '')
			.replaceAll(secret, '');
	expect(Object.keys(essential(swapped).headers)).toEqual(Object.keys(essential(theirs).headers));
	expect(swapped.method).toBe(theirs.method);
	expect(blank(swapped.body)).toBe(blank(theirs.body));
	expect(search([canary], 'the stored run', ours.raw)).toEqual([]);
});

test('the types that the node lists are those that this n8n has', () => {
	const { generic, predefined } = listTypes(process.env.SEALBOX_N8N_FOLDER ?? '');
	expect(GENERIC_TYPES).toEqual(generic);
	expect(PREDEFINED_TYPES).toEqual(predefined);
});
