import { createServer, type Server } from 'node:https';
import { getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls';
import { SealboxBearerApi } from '../../credentials/SealboxBearerApi.credentials';
import { SealboxRequest } from '../../nodes/SealboxRequest/SealboxRequest.node';
import { Authority } from '../servers/certificates';
import { listen } from '../servers/listen';
import { startProxy, type HttpProxy } from '../servers/proxy';
import { runNode, type Trial } from './execution';

/** TLS and proxy options, with servers that look at certificates and a proxy that looks at everything. */

const TOKEN = 'tok-7e0b1c9d4f6a42c88d15';
const ours = new Authority('Ours');
const strangers = new Authority('Strangers');
const client = ours.issue({ name: 'n8n' });
const other = ours.issue({ name: 'other' });

let server: Server;
let url: string;
let proxy: HttpProxy;
let authorizations: (string | undefined)[];

beforeAll(async () => {
	const { certificate: cert, key } = ours.issue({
		name: 'service',
		alternatives: ['DNS:localhost'],
	});
	const options = { cert, key, ca: ours.certificate, requestCert: true, rejectUnauthorized: false };
	server = createServer(options, (request, response) => {
		authorizations.push(request.headers.authorization);
		const socket = request.socket as TLSSocket;
		response.setHeader('content-type', 'application/json');
		response.end(
			JSON.stringify({ knows: socket.authorized && socket.getPeerCertificate().subject.CN }),
		);
	});
	url = `https://localhost:${await listen(server)}/`;
	proxy = await startProxy();
});
afterAll(async () => {
	server.closeAllConnections();
	await new Promise((resolve) => server.close(resolve));
	await proxy.close();
});
beforeEach(() => {
	authorizations = [];
	proxy.passages.length = 0;
});

const run = async (
	options: object,
	certificates: Record<string, string> | null = null,
	parameters: object = {},
) =>
	await runNode({
		node: new SealboxRequest(),
		parameters: {
			url,
			authentication: 'sealboxCredential',
			sealboxCredentialType: 'sealboxBearerApi',
			provideSslCertificates: certificates !== null,
			options,
			...parameters,
		},
		credentials: {
			sealboxBearerApi: { token: TOKEN },
			...(certificates && { httpSslAuth: certificates }),
		},
		types: {
			sealboxBearerApi: new SealboxBearerApi(),
			httpSslAuth: { properties: [] } as never,
		},
	} as unknown as Trial);

const NO_RETRY = { retry: { retry: { retries: 0 } } };

describe('a certificate', () => {
	test.each([
		['of an authority that nobody told us', {}, null],
		['of another authority than the one we were told', {}, { ca: strangers.certificate }],
	])('%s ends the call before the credential is sent', async (_what, options, certificates) => {
		const { error } = await run({ ...options, ...NO_RETRY }, certificates);
		expect(error?.message).toMatch(/^GET localhost:\d+ has a .*certificate/);
		expect(authorizations).toEqual([]);
	});

	test.each([
		['of an authority that we were told', {}, { ca: ours.certificate }],
		['that we were told not to look at', { allowUnauthorizedCerts: true }, null],
	])('%s is taken', async (_what, options, certificates) => {
		const { error, items } = await run(options, certificates);
		expect(error).toBeUndefined();
		expect(items[0]?.json).toEqual({ knows: false });
		expect(authorizations).toEqual([`Bearer ${TOKEN}`]);
	});

	test('of our own is shown to the service, also when its line breaks were lost', async () => {
		const lost = (pem: string) => pem.trim().replaceAll('\n', ' ');
		const escaped = (pem: string) => pem.trim().replaceAll('\n', '\\n');
		for (const spell of [(pem: string) => pem, lost, escaped]) {
			const { items, error } = await run(
				{},
				{ ca: ours.certificate, cert: spell(client.certificate), key: spell(client.key) },
			);
			expect(error).toBeUndefined();
			expect(items[0]?.json).toEqual({ knows: 'n8n' });
		}
	});

	test.each([
		['that is none', { ca: 'our own' }, 'CA is not PEM'],
		[
			'with the key of another',
			{ cert: client.certificate, key: other.key },
			'do not fit together',
		],
	])('%s is said in words, before anything is sent', async (_what, certificates, reason) => {
		const { error } = await run({}, certificates);
		expect(error?.message).toContain(`SSL Certificates: `);
		expect(error?.message).toContain(reason);
		expect(authorizations).toEqual([]);
	});
});

describe('a proxy', () => {
	const withLogin = () => proxy.url.replace('//', '//me:open%20sesame@');

	test('gets a tunnel to build and its own login, and sees nothing of the credential', async () => {
		// With a proxy only authorities count that the machine of n8n trusts itself.
		const before = getCACertificates('default');
		setDefaultCACertificates([...before, ours.certificate]);
		const { error } = await run({ proxy: withLogin() });
		setDefaultCACertificates(before);
		expect(error).toBeUndefined();
		expect(authorizations).toEqual([`Bearer ${TOKEN}`]);
		expect(proxy.passages).toMatchObject([
			{
				method: 'CONNECT',
				target: new URL(url).host,
				authorization: `Basic ${Buffer.from('me:open sesame').toString('base64')}`,
			},
		]);
		const seen = Buffer.concat(proxy.passages.flatMap((passage) => passage.seen)).toString(
			'latin1',
		);
		expect(seen.length).toBeGreaterThan(100);
		expect(seen).not.toContain(TOKEN);
	});

	test('gets a plain request whole, when there is no credential in it', async () => {
		const plain = { url: 'http://service.invalid/a?b=1', authentication: 'none' };
		const { items, error } = await run({ proxy: proxy.url }, null, plain);
		expect(error).toBeUndefined();
		expect(items[0]?.json).toEqual({ data: '{"from":"proxy"}' });
		expect(proxy.passages[0]?.target).toBe('http://service.invalid/a?b=1');
	});

	test('that nobody runs is said in words', async () => {
		const { error } = await run({ proxy: 'http://127.0.0.1:9', ...NO_RETRY });
		expect(error?.message).toMatch(/refused the connection/);
	});
});
