import { applyCredential, presignRequest, probe, validateCredential } from '../../../src/kinds';
import type { Answer, OutgoingRequest } from '../../../src/kinds';
import { verify } from '../../servers/aws/verify';
import { CANARY, refusal } from '../canary';

const TYPE = 'sealboxAwsApi';
const NOW_MS = Date.UTC(2026, 5, 1, 12);
const FIELDS = {
	region: 'eu-central-1',
	accessKeyId: 'AKIAQYLPMN5HHHFPZAM2',
	secretAccessKey: CANARY,
	assumeRole: true,
	roleArn: 'arn:aws:iam::123456789012:role/reader',
	externalId: 'customer:4711',
	roleDuration: 900,
};
const TEMPORARY = {
	AccessKeyId: 'ASIAQYLPMN5HHHFPZAM3',
	SecretAccessKey: 'tmp/Secret+cAn4ry-tmp-9fK2mQ7xVb3Lz8RtYw',
	SessionToken: 'FwoGZXIvYXdzE/tmp+token==cAn4ryToken5Tz',
	Expiration: new Date(NOW_MS + 900_000).toISOString(),
};

/** Each test has keys of its own, so that none finds what another one left on the shelf. */
let fields: typeof FIELDS;
let count = 0;
beforeEach(() => {
	fields = { ...FIELDS, accessKeyId: `AKIAQYLPMN5HHHFP${String(++count).padStart(4, '0')}` };
});

const json = (keys: object): Answer => ({
	status: 200,
	body: JSON.stringify({ AssumeRoleResponse: { AssumeRoleResult: { Credentials: keys } } }),
});

/** Asks as if of STS; keeps the questions. */
function sts(answer: Answer | Error) {
	const asked: OutgoingRequest[] = [];
	const ask = async (request: OutgoingRequest): Promise<Answer> => {
		asked.push(request);
		if (answer instanceof Error) throw answer;
		return answer;
	};
	return { asked, ask };
}

const SERVICE = { url: 'https://sqs.eu-central-1.amazonaws.com/', method: 'GET' };
const apply = async (answer: Answer | Error, more: object = {}, now = () => NOW_MS) => {
	const { ask, asked } = sts(answer);
	return {
		asked,
		run: async () => await applyCredential(TYPE, { ...fields, ...more }, SERVICE, { now, ask }),
	};
};

const arrived = ({ url = '', method = '', headers = {}, body = '' }: OutgoingRequest) => ({
	method,
	target: new URL(url).pathname,
	headers: [
		['host', new URL(url).host],
		...Object.entries(headers).map(([name, value]) => [name, String(value)]),
	] as [string, string][],
	body: Buffer.from(String(body)),
});

test('the keys of the credential sign a question to STS, and those of the role sign the request', async () => {
	const { asked, run } = await apply(json(TEMPORARY), { roleSessionName: 'n8n@night' });
	const { request, used } = await run();
	expect(asked).toHaveLength(1);
	expect(asked[0]?.url).toBe('https://sts.eu-central-1.amazonaws.com/');
	expect(Object.fromEntries(new URLSearchParams(String(asked[0]?.body)))).toEqual({
		Action: 'AssumeRole',
		Version: '2011-06-15',
		RoleArn: fields.roleArn,
		RoleSessionName: 'n8n@night',
		ExternalId: 'customer:4711',
		DurationSeconds: '900',
	});
	expect(verify(arrived(asked[0]!), CANARY)).toBeNull();
	expect(verify(arrived(request), TEMPORARY.SecretAccessKey)).toBeNull();
	expect(request.headers?.['x-amz-security-token']).toBe(TEMPORARY.SessionToken);
	const values = used.map(({ value }) => value);
	expect(values).toEqual(
		expect.arrayContaining([CANARY, TEMPORARY.SecretAccessKey, TEMPORARY.SessionToken]),
	);
});

test('servers that stand in for AWS answer in XML', async () => {
	const tags = Object.entries(TEMPORARY).map(([name, value]) => `<${name}>${value}</${name}>`);
	const body = `<AssumeRoleResponse><Credentials>\n ${tags.join('\n ')}</Credentials></AssumeRoleResponse>`;
	const { run } = await apply({ status: 200, body });
	expect(verify(arrived((await run()).request), TEMPORARY.SecretAccessKey)).toBeNull();
});

test.each([
	['ISO', new Date(NOW_MS + 900_000).toISOString()],
	['seconds', (NOW_MS + 900_000) / 1_000],
	['unreadable', 'soon'],
])('the keys are asked for again before they end: %s', async (_form, Expiration) => {
	let nowMs = NOW_MS;
	const { asked, run } = await apply(json({ ...TEMPORARY, Expiration }), {}, () => nowMs);
	await run();
	nowMs += 674_000;
	await run();
	expect(asked).toHaveLength(1);
	nowMs += 2_000;
	await run();
	expect(asked).toHaveLength(2);
});

test('a clock that goes wrong does not make keys look alive or dead', async () => {
	let nowMs = NOW_MS - 3_600_000;
	const answer = { ...json(TEMPORARY), headers: { date: new Date(NOW_MS).toUTCString() } };
	const { asked, run } = await apply(answer, {}, () => nowMs);
	await run();
	nowMs += 676_000;
	await run();
	expect(asked).toHaveLength(2);
});

test.each([
	'roleArn',
	'externalId',
	'roleSessionName',
	'roleDuration',
	'secretAccessKey',
	'region',
])('another %s has keys of its own', async (field) => {
	const { asked, run } = await apply(json(TEMPORARY));
	await run();
	const others: Record<string, unknown> = {
		roleArn: 'arn:aws:iam::123456789012:role/writer',
		roleDuration: 1_800,
		region: 'eu-west-1',
	};
	const other = await apply(json(TEMPORARY), { [field]: others[field] ?? `${CANARY}x` });
	await other.run();
	expect([asked.length, other.asked.length]).toEqual([1, 1]);
});

const fault = (code: string) => ({ status: 403, body: `{"Error":{"Code":"${code}"}}` });
test.each<[string, Answer | Error, 'ERR_CREDENTIAL_INVALID' | 'ERR_UNREACHABLE', string]>([
	['AccessDenied', fault('AccessDenied'), 'ERR_CREDENTIAL_INVALID', 'trust policy'],
	['InvalidClientTokenId', fault('InvalidClientTokenId'), 'ERR_CREDENTIAL_INVALID', 'Access Key'],
	['SignatureDoesNotMatch', fault('SignatureDoesNotMatch'), 'ERR_CREDENTIAL_INVALID', 'belong'],
	['ExpiredToken', fault('ExpiredToken'), 'ERR_CREDENTIAL_INVALID', 'has expired'],
	['RegionDisabled', fault('RegionDisabledException'), 'ERR_CREDENTIAL_INVALID', 'not enabled'],
	[
		'ValidationError',
		{ ...fault('ValidationError'), status: 400 },
		'ERR_CREDENTIAL_INVALID',
		'Session Duration',
	],
	['Throttling', { ...fault('Throttling'), status: 400 }, 'ERR_UNREACHABLE', 'later'],
	['503', { status: 503, body: CANARY }, 'ERR_UNREACHABLE', '503'],
	[
		'a redirect',
		{ status: 302, headers: { location: CANARY } },
		'ERR_CREDENTIAL_INVALID',
		'redirect',
	],
	['no keys', { status: 200, body: `<html>${CANARY}` }, 'ERR_CREDENTIAL_INVALID', 'no keys'],
	[
		'keys that are dead',
		json({ ...TEMPORARY, Expiration: '2020-01-01T00:00:00Z' }),
		'ERR_CREDENTIAL_INVALID',
		'already',
	],
	[
		'no answer',
		Object.assign(new Error(CANARY), { code: 'ENOTFOUND' }),
		'ERR_UNREACHABLE',
		'host name',
	],
])('%s is told as a sentence', async (_what, answer, code, reason) => {
	const { run } = await apply(answer);
	const sentence = await refusal(run, code);
	expect(sentence).toContain(reason);
	expect(sentence).toMatch(/^Sealbox AWS: [A-Z].*\.$/);
});

test('STS is not asked when the request may not go where it is to go', async () => {
	const { ask, asked } = sts(json(TEMPORARY));
	const elsewhere = { url: 'https://evil.example/', method: 'GET' };
	await refusal(
		() => applyCredential(TYPE, fields, elsewhere, { now: () => NOW_MS, ask }),
		'ERR_DESTINATION_REFUSED',
	);
	const banned = { ...fields, allowedHttpRequestDomains: 'none' };
	await refusal(
		() => applyCredential(TYPE, banned, SERVICE, { now: () => NOW_MS, ask }),
		'ERR_DESTINATION_REFUSED',
	);
	expect(asked).toEqual([]);
});

test('a signed URL ends with the keys of the role', async () => {
	const { ask } = sts(json(TEMPORARY));
	const url = 'https://bucket.s3.eu-central-1.amazonaws.com/a%20b';
	const signed = await presignRequest(TYPE, fields, { url }, 86_400, { now: () => NOW_MS, ask });
	expect(signed.expiresAtMs).toBe(NOW_MS + 900_000);
	const { pathname, search, searchParams } = new URL(signed.url);
	expect(searchParams.get('X-Amz-Expires')).toBe('900');
	const request = { ...arrived({ url, method: 'GET' }), target: pathname + search };
	expect(verify(request, TEMPORARY.SecretAccessKey)).toBeNull();
	expect(signed.used.map(({ name }) => name)).toContain('presignedSignature');
});

test('the test of the credential assumes the role anew, and says so', async () => {
	const { ask, asked } = sts(json(TEMPORARY));
	for (let round = 0; round < 2; round++) {
		const finding = await probe(TYPE, fields, ask, () => NOW_MS);
		expect(finding).toEqual({
			verdict: 'accepted',
			message: 'AWS accepted the keys, and they may assume the role.',
		});
	}
	const actions = asked.map(({ body }) => new URLSearchParams(String(body)).get('Action'));
	expect(actions).toEqual(['AssumeRole', 'GetCallerIdentity', 'AssumeRole', 'GetCallerIdentity']);
	const denied = await probe(TYPE, fields, sts(fault('AccessDenied')).ask, () => NOW_MS);
	expect(denied).toMatchObject({ verdict: 'refused' });
	const away = await probe(TYPE, fields, sts(new Error(CANARY)).ask, () => NOW_MS);
	expect(away).toMatchObject({ verdict: 'undetermined' });
});

test.each([
	['roleArn', { roleArn: '' }, 'turn Assume Role off'],
	['roleArn', { roleArn: 'reader' }, 'arn:aws:iam'],
	['externalId', { externalId: 'a b' }, 'External ID must'],
	['roleSessionName', { roleSessionName: 'x' }, '2 to 64'],
	['roleDuration', { roleDuration: 60 }, '900 to 43200'],
	['stsEndpoint', { stsEndpoint: 'http://sts.example' }, 'https://'],
])('what is wrong is told at its field: %s, row %#', (field, more, reason) => {
	const validation = validateCredential('aws', { ...FIELDS, ...more });
	expect(validation).toMatchObject({
		valid: false,
		errors: [{ field, message: expect.stringContaining(reason) as string }],
	});
});

test('fields of a role do not count while none is assumed', () => {
	const stale = { externalId: 'a b', roleSessionName: 'x', roleDuration: 1, roleArn: '' };
	const off = { ...FIELDS, ...stale, assumeRole: false, stsEndpoint: 'http://sts.example' };
	expect(validateCredential('aws', off)).toEqual({ valid: true, warnings: [] });
	const own = { ...FIELDS, stsEndpoint: 'http://[::1]:9000', roleArn: 'arn:xxx:xxx:xxx:xxxx' };
	expect(validateCredential('aws', own)).toMatchObject({ valid: true });
	const bare = { ...FIELDS, externalId: '', roleSessionName: ' ', roleDuration: '' };
	expect(validateCredential('aws', bare)).toEqual({ valid: true, warnings: [] });
	const chained = { ...FIELDS, sessionToken: CANARY, accessKeyId: 'ASIAQYLPMN5HHHFPZAM2' };
	expect(validateCredential('aws', { ...chained, roleDuration: 7_200 })).toMatchObject({
		warnings: [expect.stringContaining('an hour')],
	});
});
