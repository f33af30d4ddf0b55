import { Readable } from 'node:stream';
import FormData from 'form-data';
import { applyCredential, authenticate, validateCredential } from '../../../src/kinds';
import { endpointOf } from '../../../src/kinds/aws/endpoint';
import { verify } from '../../servers/aws/verify';
import { CANARY, refusal } from '../canary';

const TYPE = 'sealboxAwsApi';
const KEYS = {
	region: 'us-east-1',
	accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
	secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const at = (iso: string) => ({ now: () => Date.parse(iso) });

/** "Examples: Signature calculations", Amazon S3 API reference. */
const S3_DAY = at('2013-05-24T00:00:00Z');
test.each([
	[
		'GET Object',
		{ url: 'https://examplebucket.s3.amazonaws.com/test.txt', headers: { Range: 'bytes=0-9' } },
		'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
	],
	[
		'PUT Object',
		{
			method: 'PUT',
			url: 'https://examplebucket.s3.amazonaws.com/test$file.text',
			headers: {
				Date: 'Fri, 24 May 2013 00:00:00 GMT',
				'x-amz-storage-class': 'REDUCED_REDUNDANCY',
			},
			body: 'Welcome to Amazon S3.',
		},
		null,
	],
	[
		'GET Bucket Lifecycle',
		{ url: 'https://examplebucket.s3.amazonaws.com/?lifecycle' },
		'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
	],
	[
		'List Objects',
		{ url: 'https://examplebucket.s3.amazonaws.com/', qs: { 'max-keys': 2, prefix: 'J' } },
		'34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
	],
])('S3’s own example is signed as documented: %s', async (_name, request, signature) => {
	const { headers } = (await authenticate(TYPE, KEYS, request as object, S3_DAY)) as {
		headers: Record<string, string>;
	};
	if (signature !== null) expect(headers.Authorization).toContain(`Signature=${signature}`);
	expect(headers.Authorization).toContain('20130524/us-east-1/s3/aws4_request');
});

test('a session token is sent and signed', async () => {
	const fields = { ...KEYS, sessionToken: CANARY };
	const { request, used } = await applyCredential(TYPE, fields, {
		url: 'https://sts.amazonaws.com/',
	});
	expect(request.headers).toMatchObject({ 'x-amz-security-token': CANARY });
	expect(String(request.headers?.Authorization)).toContain(';x-amz-security-token');
	const values = used.map(({ value }) => value);
	expect(values).toEqual(expect.arrayContaining([CANARY, KEYS.secretAccessKey]));
});

test('the secret key itself is in no part of the request', async () => {
	const fields = { ...KEYS, secretAccessKey: CANARY };
	const signed = await authenticate(TYPE, fields, { url: 'https://sts.amazonaws.com/' });
	expect(JSON.stringify(signed)).not.toContain(CANARY);
});

test('a new signature takes the place of the old one', async () => {
	const request = {
		url: 'https://dynamodb.eu-west-1.amazonaws.com/',
		method: 'POST',
		body: { a: 1 },
	};
	const once = await authenticate(TYPE, KEYS, request, at('2026-01-01T00:00:00Z'));
	const later = await authenticate(TYPE, KEYS, once, at('2026-01-01T00:10:00Z'));
	const fresh = await authenticate(TYPE, KEYS, request, at('2026-01-01T00:10:00Z'));
	expect(later).toEqual(fresh);
});

test('a temporary key that became a permanent one leaves no session token behind', async () => {
	const request = { url: 'https://sts.amazonaws.com/' };
	const temporary = await authenticate(TYPE, { ...KEYS, sessionToken: CANARY }, request);
	const permanent = await authenticate(TYPE, KEYS, temporary);
	expect(JSON.stringify(permanent)).not.toContain(CANARY);
});

const STREAMS: [string, object][] = [
	['a stream', { body: Readable.from(['x']) }],
	['a multipart form', { body: new FormData() }],
	['form data of the older shape', { formData: { a: '1' } }],
	['a multipart type', { body: { a: 1 }, headers: { 'content-type': 'multipart/form-data' } }],
];

test.each(STREAMS)(
	'%s goes to S3 with an unsigned payload, and to nothing else',
	async (_what, body) => {
		const s3 = { url: 'https://b.s3.eu-west-1.amazonaws.com/k', method: 'PUT', ...body };
		const { headers } = (await authenticate(TYPE, KEYS, s3)) as unknown as {
			headers: Record<string, string>;
		};
		expect(headers['x-amz-content-sha256']).toBe('UNSIGNED-PAYLOAD');
		const arrived = {
			method: 'PUT',
			target: '/k',
			headers: [['host', 'b.s3.eu-west-1.amazonaws.com'], ...Object.entries(headers)].filter(
				([name]) => name !== 'content-type',
			) as [string, string][],
			body: Buffer.from('whatever comes'),
		};
		expect(verify(arrived, KEYS.secretAccessKey)).toBeNull();
		expect(headers.Authorization).not.toContain('content-type;');
		const lambda = { ...s3, url: 'https://lambda.eu-west-1.amazonaws.com/' };
		const sentence = await refusal(() => authenticate(TYPE, KEYS, lambda), 'ERR_BODY_UNSUITABLE');
		expect(sentence).toContain('cannot be signed');
		const plain = { ...KEYS, endpoint: 'http://minio.example', service: 's3' };
		const overHttp = { ...s3, url: 'http://minio.example/k' };
		await refusal(() => authenticate(TYPE, plain, overHttp), 'ERR_BODY_UNSUITABLE');
	},
);

test('without a way to know the service nothing is sent unsigned', async () => {
	const fields = { ...KEYS, endpoint: 'https://minio.example' };
	const sentence = await refusal(
		() => authenticate(TYPE, fields, { url: 'https://minio.example/b' }),
		'ERR_CREDENTIAL_INVALID',
	);
	expect(sentence).toContain('Fill in Service');
	const named = await authenticate(
		TYPE,
		{ ...fields, service: 's3' },
		{ url: 'https://minio.example/b' },
	);
	expect(JSON.stringify(named)).toContain('/us-east-1/s3/aws4_request');
});

test.each([
	['sts.amazonaws.com', 'sts', 'us-east-1'],
	['sts.eu-central-1.amazonaws.com', 'sts', 'eu-central-1'],
	['sts.cn-north-1.amazonaws.com.cn', 'sts', 'cn-north-1'],
	['iam.amazonaws.com', 'iam', 'us-east-1'],
	['iam.us-gov.amazonaws.com', 'iam', 'us-gov-west-1'],
	['ec2.us-gov-west-1.amazonaws.com', 'ec2', 'us-gov-west-1'],
	['ec2.eu-west-1.api.aws', 'ec2', 'eu-west-1'],
	['dynamodb.eusc-de-east-1.amazonaws.eu', 'dynamodb', 'eusc-de-east-1'],
	['streams.dynamodb.eu-west-1.amazonaws.com', 'dynamodb', 'eu-west-1'],
	['s3.amazonaws.com', 's3', null],
	['bucket.s3.amazonaws.com', 's3', null],
	['s3.eu-west-1.amazonaws.com', 's3', 'eu-west-1'],
	['my.dotted.bucket.s3.eu-west-1.amazonaws.com', 's3', 'eu-west-1'],
	['us-west-2.s3.amazonaws.com', 's3', null],
	['bucket.s3-eu-west-1.amazonaws.com', 's3', 'eu-west-1'],
	['bucket.s3.dualstack.eu-west-1.amazonaws.com', 's3', 'eu-west-1'],
	['bucket.s3-accelerate.amazonaws.com', 's3', null],
	['bucket.s3-accelerate.dualstack.amazonaws.com', 's3', null],
	['point-123.s3-accesspoint.eu-west-1.amazonaws.com', 's3', 'eu-west-1'],
	['123.s3-control.eu-west-1.amazonaws.com', 's3', 'eu-west-1'],
	['s3-fips.us-east-2.amazonaws.com', 's3', 'us-east-2'],
	['bucket.vpce-1a2b.s3.eu-west-1.vpce.amazonaws.com', 's3', 'eu-west-1'],
	['vpce-1a2b.bedrock-runtime.us-east-1.vpce.amazonaws.com', 'bedrock', 'us-east-1'],
	['bedrock-agent-runtime.us-east-1.amazonaws.com', 'bedrock', 'us-east-1'],
	['email.eu-west-1.amazonaws.com', 'ses', 'eu-west-1'],
	['eu-west-1.queue.amazonaws.com', 'sqs', 'eu-west-1'],
	['sqs.eu-west-1.amazonaws.com', 'sqs', 'eu-west-1'],
	['abc123.execute-api.eu-west-1.amazonaws.com', 'execute-api', 'eu-west-1'],
	['abc.lambda-url.eu-west-1.on.aws', 'lambda', 'eu-west-1'],
	['search-x-abc.eu-west-1.es.amazonaws.com', 'es', 'eu-west-1'],
	['abc.eu-west-1.aoss.amazonaws.com', 'aoss', 'eu-west-1'],
	['kms-fips.us-east-1.amazonaws.com', 'kms', 'us-east-1'],
	['a1b2-ats.iot.eu-west-1.amazonaws.com', 'iotdata', 'eu-west-1'],
	['iot.eu-west-1.amazonaws.com', 'iot', 'eu-west-1'],
	['runtime.sagemaker.eu-west-1.amazonaws.com', 'sagemaker', 'eu-west-1'],
])('%s signs as %s in %s', (hostname, service, region) => {
	expect(endpointOf(hostname)).toEqual({ service, region });
});

test('a host of others says nothing', () => {
	for (const host of ['minio.example', 'amazonaws.com', 's3.amazonaws.com.evil.example']) {
		expect(endpointOf(host)).toBeNull();
	}
});

test.each([
	['accessKeyId', { accessKeyId: '' }, 'empty'],
	['accessKeyId', { accessKeyId: 'a b' }, 'letters and digits'],
	['secretAccessKey', { secretAccessKey: '' }, 'empty'],
	['secretAccessKey', { secretAccessKey: 'AKIAQYLPMN5HHHFPZAM2' }, 'access key ID'],
	['region', { region: 'Frankfurt am Main' }, 'eu-central-1'],
	['service', { service: 'S3 bucket' }, 'signs with'],
	['endpoint', { endpoint: 'minio:9000' }, 'https://'],
	['stsEndpoint', { stsEndpoint: 'https://sts.example/?x=1' }, 'before any ?'],
])('what is wrong is told at its field: %s, row %#', (field, fields, reason) => {
	const validation = validateCredential('aws', { ...KEYS, secretAccessKey: CANARY, ...fields });
	expect(validation).toMatchObject({
		valid: false,
		errors: [{ field, message: expect.stringContaining(reason) as string }],
	});
	expect(JSON.stringify(validation)).not.toContain(CANARY);
});

test.each([
	[{ accessKeyId: 'ASIAQYLPMN5HHHFPZAM2' }, 'Session Token'],
	[{ accessKeyId: 'AKIAQYLPMN5HHHFPZAM2', sessionToken: CANARY }, 'no Session Token'],
	[{ accessKeyId: 'minioadmin' }, 'does not look like'],
	[{ region: 'auto' }, 'Region does not look'],
])('what looks wrong is warned about: row %#', (fields, reason) => {
	const good = { ...KEYS, accessKeyId: 'AKIAQYLPMN5HHHFPZAM2', secretAccessKey: CANARY };
	expect(validateCredential('aws', good)).toEqual({ valid: true, warnings: [] });
	const validation = validateCredential('aws', { ...good, ...fields });
	expect(validation).toEqual({ valid: true, warnings: [expect.stringContaining(reason)] });
});
