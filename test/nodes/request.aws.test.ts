import { randomBytes } from 'node:crypto';
import type { INodeExecutionData } from 'n8n-workflow';
import { SealboxAwsApi } from '../../credentials/SealboxAwsApi.credentials';
import { SealboxRequest } from '../../nodes/SealboxRequest/SealboxRequest.node';
import { onMinted } from '../../src/kinds/announce';
import { startAws, type Aws } from '../servers/aws/server';
import { json, redirect, TestServer } from '../http/server';
import { runNode, type Trial } from './execution';

const USER = 'AKIAQYLPMN5HHHFPZAM2';
const SECRET = `a/b+${randomBytes(27).toString('base64')}`;
const ROLE = {
	arn: 'arn:aws:iam::123456789012:role/reader',
	externalId: 'customer-4711',
	trusts: USER,
};
const SHORT = { arn: 'arn:aws:iam::123456789012:role/short', trusts: USER, lifeSeconds: 1.5 };

let aws: Aws;
beforeEach(async () => {
	aws = await startAws({ users: { [USER]: { secretAccessKey: SECRET } }, roles: [ROLE, SHORT] });
});
afterEach(async () => await aws.close());

const fieldsFor = (service: string) => ({
	region: 'eu-central-1',
	accessKeyId: USER,
	secretAccessKey: SECRET,
	service,
	endpoint: aws.url,
	stsEndpoint: aws.url,
});
const roleFor = (service: string, more: object = {}) => ({
	...fieldsFor(service),
	assumeRole: true,
	roleArn: ROLE.arn,
	externalId: ROLE.externalId,
	...more,
});

const run = async (path: string, fields: object, parameters: object = {}, rest: object = {}) =>
	await runNode({
		node: new SealboxRequest(),
		parameters: {
			url: `${aws.url}${path}`,
			authentication: 'sealboxCredential',
			sealboxCredentialType: 'sealboxAwsApi',
			...parameters,
		},
		credentials: { sealboxAwsApi: fields },
		types: { sealboxAwsApi: new SealboxAwsApi() },
		...rest,
	} as Trial);

const file = (bytes: Buffer): INodeExecutionData => ({
	json: {},
	binary: { data: { data: bytes.toString('base64'), mimeType: 'text/plain', fileName: 'a.txt' } },
});
const PUT_FILE = {
	method: 'PUT',
	sendBody: true,
	contentType: 'binaryData',
	inputDataFieldName: 'data',
};
const FORM_WITH_FILE = {
	method: 'POST',
	sendBody: true,
	contentType: 'multipart-form-data',
	bodyParameters: {
		parameters: [
			{ parameterType: 'formData', name: 'title', value: 'ü' },
			{ parameterType: 'formBinaryData', name: 'up', inputDataFieldName: 'data' },
		],
	},
};
describe('what is signed', () => {
	test.each(['s3', 'execute-api'])('a file, and a form with a file: %s', async (service) => {
		const items = [file(randomBytes(100_000))];
		for (const body of [PUT_FILE, FORM_WITH_FILE]) {
			expect((await run('/b/k', fieldsFor(service), body, { items })).error).toBeUndefined();
		}
		expect(aws.handled.map(({ verdict }) => verdict.isGood)).toEqual([true, true]);
	});

	test.each(["/b/a b/(ü)+!*'~/x:y=z&q@,;", '/b//double//slash/', '/b/%2F%41', '/b/k?list&b=2&a=1'])(
		'a path as S3 wants it: %s',
		async (path) => {
			expect((await run(path, fieldsFor('s3'), { method: 'HEAD' })).error).toBeUndefined();
			expect(aws.handled.map(({ verdict }) => verdict.isGood)).toEqual([true]);
		},
	);

	test('holds for one server: another one refuses what was sent to the first', async () => {
		await run('/b/k', fieldsFor('s3'), { method: 'DELETE' });
		const [{ arrival }] = aws.handled as [Aws['handled'][0]];
		const other = await startAws({ users: { [USER]: { secretAccessKey: SECRET } } });
		const headers = Object.fromEntries(
			arrival.headers.filter(([name]) => !/^(host|connection)$/i.test(name)),
		);
		const replayed = await fetch(`${other.url}/b/k`, { method: 'DELETE', headers });
		await other.close();
		expect([replayed.status, await replayed.text()]).toEqual([
			403,
			expect.stringContaining('SignatureDoesNotMatch') as string,
		]);
	});
});

describe('a role', () => {
	test('is assumed once for all items, and signs instead of the keys', async () => {
		const items = Array.from({ length: 20 }, () => ({ json: {} }));
		const { error, items: answers } = await run('/x', roleFor('execute-api'), {}, { items });
		expect(error).toBeUndefined();
		expect(aws.handled.filter(({ action }) => action === 'AssumeRole')).toHaveLength(1);
		const signers = aws.handled.map(({ verdict }) => verdict.isGood && verdict.accessKeyId);
		expect(new Set(signers)).toEqual(new Set([USER, aws.issued[0]?.accessKeyId]));
		expect(signers.filter((signer) => signer === USER)).toHaveLength(1);
		const shown = JSON.stringify(answers);
		for (const secret of [SECRET, aws.issued[0]?.secretAccessKey, aws.issued[0]?.sessionToken]) {
			expect(shown).not.toContain(secret);
		}
	});

	test('has new keys when they end', async () => {
		const fields = roleFor('execute-api', { roleArn: SHORT.arn, externalId: '' });
		await run('/x', fields);
		await new Promise((resolve) => setTimeout(resolve, 700));
		expect((await run('/x', fields)).error).toBeUndefined();
		expect(aws.issued).toHaveLength(2);
		expect(aws.handled.every(({ verdict }) => verdict.isGood)).toBe(true);
	});

	test.each(['s3', 'execute-api'])(
		'has new keys when %s says that the old ones have expired, and sends the body again',
		async (service) => {
			const items = [file(Buffer.from('hello'))];
			const fields = roleFor(service);
			await run('/b/k', fields, PUT_FILE, { items });
			aws.revoke();
			const { error } = await run('/b/k', fields, PUT_FILE, { items });
			expect(error).toBeUndefined();
			expect(aws.issued).toHaveLength(2);
			expect(aws.handled.at(-1)?.arrival.body.toString()).toBe('hello');
		},
	);

	test('whose keys are refused to many at once is asked for once more, not many times', async () => {
		const fields = roleFor('execute-api');
		await run('/x', fields);
		aws.revoke();
		const items = Array.from({ length: 50 }, () => ({ json: {} }));
		expect((await run('/x', fields, {}, { items })).items).toHaveLength(50);
		expect(aws.issued).toHaveLength(2);
	});

	test('that is revoked for good is not asked for in a circle', async () => {
		const fields = roleFor('execute-api');
		await run('/x', fields);
		aws.revoke('for good');
		const { error } = await run('/x', fields);
		expect(error?.message).toMatch(/answered 403/);
		expect(aws.issued).toHaveLength(2);
	});

	test('that is refused is told as a sentence, and nothing is sent to the service', async () => {
		const { error } = await run('/x', roleFor('execute-api', { externalId: 'other' }));
		expect(error?.message).toMatch(/trust policy of the role\.$/);
		expect(aws.handled.map(({ action }) => action)).toEqual(['AssumeRole']);
	});

	test('does not follow a redirect to another server', async () => {
		const thief = await TestServer.start();
		thief.answer = (_, response) => json(response, {});
		const front = await TestServer.start();
		front.answer = (_, response) => redirect(response, `${thief.origin}/take`);
		const fields = roleFor('execute-api', { endpoint: front.origin });
		await run('/', fields, { url: `${front.origin}/x` });
		expect(front.received[0]?.headers['x-amz-security-token']).toBe(aws.issued[0]?.sessionToken);
		const names = Object.keys(thief.received[0]?.headers ?? {});
		expect(names.filter((name) => /^(authorization|x-amz-.*)$/.test(name))).toEqual([]);
		await Promise.all([thief.stop(), front.stop()]);
	});
});

describe('a presigned URL', () => {
	const presign = (value: object) => ({ options: { presign: { presign: value } } });
	const urlOf = (items: INodeExecutionData[]) => String(items[0]?.json.url);

	test.each([
		['keys', fieldsFor],
		['a role', roleFor],
	] as const)('lets whoever has it make this request, signed with %s', async (_, fieldsOf) => {
		const minted: string[] = [];
		onMinted((_origin, needles) => minted.push(...needles.map(({ value }) => value)));
		const put = await run("/b/a b+(ü)'.txt?x=1", fieldsOf('s3'), {
			method: 'PUT',
			sendHeaders: true,
			headerParameters: { parameters: [{ name: 'Content-Type', value: 'text/x-note' }] },
			...presign({ expires: 60, reveal: true }),
		});
		expect(put.items[0]?.json).toMatchObject({
			method: 'PUT',
			headers: { 'content-type': 'text/x-note' },
			expiresAt: expect.stringMatching(/Z$/) as string,
		});
		expect(aws.handled.filter(({ action }) => action !== 'AssumeRole')).toEqual([]);
		const url = urlOf(put.items);
		expect(url).not.toContain(encodeURIComponent(SECRET));
		expect(minted).toContain(new URL(url).searchParams.get('X-Amz-Signature')?.slice(0, 16));
		const headers = { 'content-type': 'text/x-note' };
		const send = async (method: string, to = url, type = headers) =>
			(await fetch(to, { method, headers: type, body: 'by somebody else' })).status;
		expect(await send('PUT')).toBe(200);
		expect(await send('POST')).toBe(403);
		expect(await send('PUT', url.replace('/b/', '/c/'))).toBe(403);
		expect(await send('PUT', url.replace('Expires=60', 'Expires=99'))).toBe(403);
		expect(await send('PUT', url, { 'content-type': 'text/html' })).toBe(403);
	});

	test('is what the option means, however little of it is filled in', async () => {
		const options = { presign: {} };
		const { error } = await run('/b/k', fieldsFor('s3'), { method: 'DELETE', options });
		expect(error?.message).toMatch(/^A presigned URL is a secret/);
		expect(aws.handled).toEqual([]);
	});

	test('ends', async () => {
		const { items } = await run('/b/k', fieldsFor('s3'), presign({ expires: 1, reveal: true }));
		await new Promise((resolve) => setTimeout(resolve, 1_100));
		expect((await fetch(urlOf(items))).status).toBe(403);
	});

	test.each([
		['is not revealed by itself', {}, {}, /^A presigned URL is a secret/],
		['lasts a week at most', { reveal: true, expires: 604_801 }, {}, /seven days/],
		['carries no body', { reveal: true }, { method: 'PUT', sendBody: true }, /Turn off Send Body/],
		[
			'is for what the credential allows',
			{ reveal: true },
			{ url: 'https://evil.example/' },
			/only/,
		],
		['needs keys', { reveal: true }, { authentication: 'none' }, /needs a Sealbox AWS credential/],
	])('%s', async (_what, option, parameters, reason) => {
		const { error } = await run('/b/k', fieldsFor('s3'), { ...presign(option), ...parameters });
		expect(error?.message).toMatch(reason);
		expect(aws.handled).toEqual([]);
	});
});

test('pages by the last key of the one before, as in DynamoDB', async () => {
	const { items, error } = await run('/', roleFor('dynamodb'), {
		method: 'POST',
		sendBody: true,
		specifyBody: 'json',
		jsonBody: '{"TableName":"t","Start":"first"}',
		options: {
			pagination: {
				pagination: {
					paginationMode: 'cursor',
					cursorPath: 'LastKey',
					cursorInto: 'body',
					cursorName: 'Start',
				},
			},
		},
	});
	expect(error).toBeUndefined();
	expect(items.map((item) => item.json.page)).toEqual([1, 2, 3]);
	expect(aws.handled.every(({ verdict }) => verdict.isGood)).toBe(true);
});
