import { randomBytes } from 'node:crypto';
import type { Canary } from '../../host/canary.ts';
import type { Execution, NodeOnCanvas } from '../../host/client.ts';
import { startService, type Service } from '../../host/services/service.ts';
import { startAws, type Aws } from '../servers/aws/server.ts';
import {
	connect,
	httpRequest,
	inLine,
	messageOf,
	outputOf,
	sealboxRequest,
	sightings,
} from './host.ts';

/** Every signature is judged by a server that lets in nothing but good ones, and asks no code of ours. */

const TYPE = 'sealboxAwsApi';
const USER = 'AKIAQYLPMN5HHHFPZAM2';
const secret: Canary = {
	name: 'secret access key',
	value: `a/b+${randomBytes(27).toString('base64')}`,
};
const roleArn = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const ROLES = [
	{ arn: roleArn('reader'), externalId: 'customer-4711', trusts: USER },
	{ arn: roleArn('short'), trusts: USER, lifeSeconds: 4 },
	{ arn: roleArn('other'), trusts: 'AKIAQYLPMN5HHHFPZAM9' },
];
const FILE = randomBytes(24 * 2 ** 20);

const client = connect();
let aws: Aws;
let files: Service;

beforeAll(async () => {
	aws = await startAws({ users: { [USER]: { secretAccessKey: secret.value } }, roles: ROLES });
	files = await startService({
		'/file': () => ({ headers: { 'content-type': 'application/octet-stream' }, body: FILE }),
	});
});
afterAll(async () => {
	await aws?.close();
	await files?.close();
});
beforeEach(() => {
	aws.handled.length = 0;
});

const fieldsFor = (service: string, more: object = {}) => ({
	region: 'eu-central-1',
	accessKeyId: USER,
	secretAccessKey: secret.value,
	service,
	endpoint: aws.url,
	stsEndpoint: aws.url,
	...more,
});
const READER = {
	assumeRole: true,
	roleArn: roleArn('reader'),
	externalId: 'customer-4711',
	roleSessionName: 'n8n',
	roleDuration: 900,
};

const store = async (name: string, service: string, more: object = {}) =>
	await client.createCredential(name, TYPE, fieldsFor(service, more));

const run = async (...nodes: NodeOnCanvas[]): Promise<Execution> =>
	await client.runOnce(inLine('AWS', ...nodes));

/** Who signed what came, and whether well. */
const signers = () =>
	aws.handled.map(({ verdict, action }) =>
		verdict.isGood ? `${action ?? verdict.service} by ${verdict.accessKeyId}` : verdict.why,
	);
const lastIssued = () => aws.issued.at(-1)!;

/** The keys of all roles so far, which nobody but the two ends may know. */
const canaries = (): Canary[] => [
	secret,
	...aws.issued.flatMap(({ secretAccessKey, sessionToken = '' }, index) => [
		{ name: `secret of role ${index}`, value: secretAccessKey },
		{ name: `token of role ${index}`, value: sessionToken },
	]),
];

const PUT_TEXT = {
	method: 'PUT',
	sendBody: true,
	contentType: 'raw',
	body: 'grün',
	rawContentType: 'text/plain',
};
const PATHS = ["/bucket/a b/(ü)+!*'~/x:y=z&q@,;.txt", '/bucket//double//slash', '/bucket/%41%2F'];
const NODES = { "n8n's own HTTP Request": httpRequest, 'Sealbox Request': sealboxRequest };

describe.each(Object.entries(NODES))('%s', (nodeName, build) => {
	test.each(PATHS)('signs for S3 with the path as it is: %s', async (path) => {
		const id = await store('S3', 's3');
		const node = build(TYPE, id, { url: aws.url + path, ...PUT_TEXT });
		expect(messageOf(await run(node))).toBe('');
		expect(signers()).toEqual([`s3 by ${USER}`]);
		expect([...aws.objects.values()].at(-1)?.body.toString()).toBe('grün');
	});

	test('assumes a role, and signs with its keys', async () => {
		const id = await store('S3 by role', 's3', { ...READER, roleSessionName: build.name });
		const node = () => build(TYPE, id, { url: `${aws.url}/bucket/role`, ...PUT_TEXT });
		expect(messageOf(await run(node()))).toBe('');
		expect(messageOf(await run(node()))).toBe('');
		const role = `s3 by ${lastIssued().accessKeyId}`;
		expect(signers()).toEqual([`AssumeRole by ${USER}`, role, role]);
	});

	test('renews the keys of a role before they end', async () => {
		const short = { assumeRole: true, roleArn: roleArn('short'), roleSessionName: build.name };
		const id = await store('short role', 's3', short);
		const node = () => build(TYPE, id, { url: `${aws.url}/bucket/short`, ...PUT_TEXT });
		expect(messageOf(await run(node()))).toBe('');
		const first = lastIssued().accessKeyId;
		await new Promise((resolve) => setTimeout(resolve, 3_200));
		expect(messageOf(await run(node()))).toBe('');
		expect(lastIssued().accessKeyId).not.toBe(first);
		expect(signers()).toEqual([
			`AssumeRole by ${USER}`,
			`s3 by ${first}`,
			`AssumeRole by ${USER}`,
			`s3 by ${lastIssued().accessKeyId}`,
		]);
	});

	test('says what is wrong with a role, and sends nothing to the service', async () => {
		const id = await store('role of others', 's3', { assumeRole: true, roleArn: roleArn('other') });
		const execution = await run(build(TYPE, id, { url: `${aws.url}/bucket/x` }));
		expect(execution.status).toBe('error');
		expect(messageOf(execution)).toMatch(/refused to let these keys assume the role.*\.$/);
		expect(aws.handled.map(({ action }) => action)).toEqual(['AssumeRole']);
	});

	test('leaves the keys nowhere in clear', () => {
		expect(nodeName).not.toBe('');
		expect(sightings(canaries(), client)).toEqual([]);
	});
});

describe('Sealbox Request', () => {
	const echoed = async (id: string, parameters: object = {}) =>
		await run(sealboxRequest(TYPE, id, { url: `${aws.url}/orders?a=ü b`, ...parameters }));

	test('takes the keys out of a service that echoes all that it received', async () => {
		const execution = await echoed(await store('echo', 'execute-api', READER));
		expect(messageOf(execution)).toBe('');
		const [answer] = outputOf(execution, 'Sealbox Request');
		expect(answer).toMatchObject({ target: expect.stringContaining('/orders') as string });
		expect(JSON.stringify(answer)).toContain('[sealed: temporarySessionToken]');
		expect(sightings(canaries(), client)).toEqual([]);
	});

	test('gets new keys when the service says that the old ones have expired', async () => {
		const id = await store('revoked', 'execute-api', { ...READER, roleSessionName: 'revoked' });
		expect(messageOf(await echoed(id))).toBe('');
		aws.revoke();
		expect(messageOf(await echoed(id))).toBe('');
		expect(signers().slice(2)).toEqual([
			'the temporary keys have expired',
			`AssumeRole by ${USER}`,
			`execute-api by ${lastIssued().accessKeyId}`,
		]);
		expect(sightings(canaries(), client)).toEqual([]);
	});

	test.each(['s3', 'kinesis'])('signs a file of 24 MB without holding it: %s', async (service) => {
		const id = await store(`upload ${service}`, service, READER);
		const download: NodeOnCanvas = {
			name: 'Download',
			type: 'n8n-nodes-base.httpRequest',
			typeVersion: 4.2,
			parameters: {
				url: `${files.url}/file`,
				options: { response: { response: { responseFormat: 'file' } } },
			},
		};
		const upload = sealboxRequest(TYPE, id, {
			url: `${aws.url}/bucket/large`,
			method: 'PUT',
			sendBody: true,
			contentType: 'binaryData',
			inputDataFieldName: 'data',
		});
		expect(messageOf(await run(download, upload))).toBe('');
		const { arrival, verdict } = aws.handled.at(-1)!;
		expect(verdict).toMatchObject({ isGood: true, service });
		expect(arrival.bodyBytes).toBe(FILE.length);
		const stated = arrival.headers.filter(([name]) => /^x-amz-content-sha256$/i.test(name));
		expect(stated).toEqual([[expect.any(String), arrival.bodySha256]]);
	});

	test('signs a URL that works without the credential, for one request and a while', async () => {
		const id = await store('presign', 's3');
		const url = `${aws.url}/bucket/shared note.txt`;
		await run(sealboxRequest(TYPE, id, { url, ...PUT_TEXT }));
		const options = { presign: { presign: { expires: 60, reveal: true } } };
		const sign = sealboxRequest(TYPE, id, { url, options });
		const fetchIt: NodeOnCanvas = {
			name: 'Fetch',
			type: 'n8n-nodes-base.httpRequest',
			typeVersion: 4.2,
			parameters: { url: '={{ $json.url }}' },
		};
		const execution = await run(sign, fetchIt);
		expect(messageOf(execution)).toBe('');
		expect(outputOf(execution, 'Fetch')).toEqual([{ data: 'grün' }]);
		const [{ url: signed }] = outputOf(execution, 'Sealbox Request') as { url: string }[];
		expect((await fetch(signed, { method: 'DELETE' })).status).toBe(403);
		expect(sightings([secret], client)).toEqual([]);
	});

	test('keeps a signed URL to itself unless it is told to reveal it', async () => {
		const id = await store('presign', 's3');
		const options = { presign: { presign: {} } };
		const execution = await run(sealboxRequest(TYPE, id, { url: `${aws.url}/bucket/x`, options }));
		expect(messageOf(execution)).toMatch(/^A presigned URL is a secret/);
		expect(aws.handled).toEqual([]);
	});

	test('goes from page to page by the last key, as in DynamoDB', async () => {
		const pagination = {
			paginationMode: 'cursor',
			cursorPath: 'LastKey',
			cursorInto: 'body',
			cursorName: 'Start',
		};
		const execution = await echoed(await store('pages', 'dynamodb', READER), {
			url: `${aws.url}/`,
			method: 'POST',
			sendBody: true,
			specifyBody: 'json',
			jsonBody: '{"TableName":"t","Start":"first"}',
			options: { pagination: { pagination } },
		});
		expect(messageOf(execution)).toBe('');
		expect(outputOf(execution, 'Sealbox Request').map(({ page }) => page)).toEqual([1, 2, 3]);
	});
});

test('the test of a credential with a role tries the role', async () => {
	const id = await store('tested', 's3', READER);
	const outcome = async (more: object) =>
		await client.testCredential(id, 'tested', TYPE, fieldsFor('s3', { ...READER, ...more }));
	expect(await outcome({})).toMatchObject({ status: 'OK' });
	expect(signers()).toEqual([
		`AssumeRole by ${USER}`,
		`GetCallerIdentity by ${lastIssued().accessKeyId}`,
	]);
	expect(await outcome({ externalId: 'wrong' })).toMatchObject({
		status: 'Error',
		message: expect.stringContaining('trust policy') as string,
	});
	aws.failSts(503);
	expect(await outcome({})).toMatchObject({
		status: 'Error',
		message: expect.stringContaining('503') as string,
	});
	aws.failSts(null);
	expect(sightings(canaries(), client)).toEqual([]);
});
