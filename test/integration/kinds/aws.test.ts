import { authenticate } from '../../../src/kinds';
import { DOORS, listen, send, type Door, type Listening } from './hostClient';
import { verify } from '../../servers/aws/verify';

/** A signature is worth what arrives: signed here, sent by n8n's own client, verified on the socket. */

const SECRET = 'zUa9pW4rQ8sLx2Tn6Vb1Yc5Ke7Hg3Jd0Mf4RiNo8';

let server: Listening;
beforeAll(async () => {
	server = await listen();
});
afterAll(() => server.close());

const fieldsFor = (service: string) => ({
	region: 'eu-central-1',
	accessKeyId: 'AKIAQYLPMN5HHHFPZAM2',
	secretAccessKey: SECRET,
	sessionToken: 'FwoGZXIvYXdzEBYaDH/with+signs==',
	service,
	endpoint: server.url,
});

const JSON_TYPE = { 'content-type': 'application/json' };
const FORM_TYPE = { 'Content-Type': 'application/x-www-form-urlencoded' };

const REQUESTS: Record<string, { path?: string; [option: string]: unknown }> = {
	'no body': { method: 'GET' },
	'a path with spaces, signs and other letters': {
		method: 'GET',
		path: "/Ünï/a b/(c)!*'/x:y=z&q@+,;/%41%2Fd/~e",
	},
	'a doubled slash and dots in the path': { method: 'GET', path: '/a//b/./c/../d' },
	'a query in the URL': { method: 'GET', path: '/?b=2&a=1&a=0&list&plus=a+b&enc=%2B%20%2f' },
	'a query of its own': {
		method: 'GET',
		path: '/?z=1',
		qs: { q: 'ä (x)+y', n: null, list: [1, 2], deep: { a: { b: true } }, gone: undefined },
	},
	'a query with repeated arrays': {
		method: 'GET',
		qs: { list: ['b', 'a'] },
		qsStringifyOptions: { arrayFormat: 'repeat' },
		arrayFormat: 'repeat',
	},
	'a JSON object': { method: 'POST', body: { a: 'ü', nested: [1, { b: null }] }, json: true },
	'a JSON array': { method: 'POST', body: [1, 2] },
	'JSON text with space around it': { method: 'POST', body: ' {"a": 1} \n', headers: JSON_TYPE },
	'text that is not JSON under a JSON type': { method: 'PUT', body: 'plain', headers: JSON_TYPE },
	'text without a type': { method: 'POST', body: 'Action=List&Version=1' },
	'an AWS JSON type': {
		method: 'POST',
		body: { TableName: 't' },
		headers: { 'content-type': 'application/x-amz-json-1.0', 'X-Amz-Target': 'Db.Get' },
	},
	'a form as an object with its type': {
		method: 'POST',
		body: { a: 'x y', b: ['1', '2'] },
		headers: FORM_TYPE,
	},
	'a form as parameters': { method: 'POST', body: new URLSearchParams({ a: 'ü +' }) },
	bytes: { method: 'PUT', body: Buffer.from([0, 255, 10, 13]) },
	'bytes with a length': {
		method: 'PUT',
		body: Buffer.from('abc'),
		headers: { 'content-length': 3, 'content-type': 'text/plain' },
	},
	'an empty body': { method: 'POST', body: '' },
	'headers to be folded, in a list, and someone else’s signature': {
		method: 'GET',
		headers: {
			'X-Amz-Meta-Note': 'a   b',
			'x-custom': ['1', '2'],
			authorization: 'AWS4-HMAC-SHA256 old',
			'x-amz-date': '20000101T000000Z',
			'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD',
		},
	},
};
const LEGACY_ONLY: typeof REQUESTS = {
	'a form field': { method: 'POST', form: { a: 'x y', list: [1, 2], deep: { k: 'v' } } },
	'a form as text': { method: 'POST', form: 'a=1&b=2' },
	'a form beside a body of its type': {
		method: 'POST',
		form: { b: 2 },
		body: { a: 1 },
		headers: FORM_TYPE,
	},
	'a form with repeated arrays': {
		method: 'POST',
		form: { list: [1, 2] },
		useQuerystring: true,
	},
	'a GET with a body': { method: 'GET', body: { a: 1 }, json: true },
};

const rows = (['legacy', 'newer'] as Door[]).flatMap((door) =>
	Object.entries(door === 'legacy' ? { ...REQUESTS, ...LEGACY_ONLY } : REQUESTS).flatMap(
		([what, request]) =>
			['s3', 'execute-api'].map((service) => [what, door, service, request] as const),
	),
);

test.each(rows)('the signature covers %s (%s request, %s)', async (_what, door, service, row) => {
	const { path = '/', ...options } = row;
	const request = DOORS[door]({ url: `${server.url}${path}`, ...options });
	const signed = await authenticate('sealboxAwsApi', fieldsFor(service), request);
	await send(door, signed);
	expect(verify(server.arrived.at(-1)!, SECRET)).toBeNull();
	const again = await authenticate('sealboxAwsApi', fieldsFor(service), signed);
	await send(door, again);
	expect(verify(server.arrived.at(-1)!, SECRET)).toBeNull();
	expect(server.arrived.at(-1)!.body).toEqual(server.arrived.at(-2)!.body);
});

test('the verifier notices a changed byte', async () => {
	const request = { url: `${server.url}/x`, method: 'POST', body: 'a=1' };
	const signed = await authenticate('sealboxAwsApi', fieldsFor('s3'), request);
	await send('newer', { ...signed, body: Buffer.from('a=2') });
	expect(verify(server.arrived.at(-1)!, SECRET)).not.toBeNull();
});

test('the values of a form arrive as the host would have sent them', async () => {
	const form = { a: 'x y+ü', list: [1, 2], deep: { k: 'v', n: null }, gone: undefined };
	const plain = { uri: server.url, method: 'POST', form };
	await send('legacy', plain);
	await send('legacy', await authenticate('sealboxAwsApi', fieldsFor('s3'), plain));
	const [unsigned, signed] = server.arrived.slice(-2).map(({ body }) => body.toString());
	expect([...new URLSearchParams(signed)]).toEqual([...new URLSearchParams(unsigned)]);
});
