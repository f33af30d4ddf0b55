import { probe, type Answer, type OutgoingRequest } from '../../src/kinds';
import { CANARY } from './canary';

const BEARER = { token: CANARY, baseUrl: 'https://a.example/v1', testPath: '/me' };
const NOW_MS = Date.UTC(2026, 0, 1, 12);

/** Answers as told and keeps what was asked. */
function service(answer: Answer | Error) {
	const asked: OutgoingRequest[] = [];
	const send = async (request: OutgoingRequest): Promise<Answer> => {
		asked.push(request);
		if (answer instanceof Error) throw answer;
		return answer;
	};
	return { asked, send };
}

async function ask(type: string, fields: object, answer: Answer | Error) {
	const { asked, send } = service(answer);
	const finding = await probe(type, fields as never, send, () => NOW_MS);
	expect(finding.message).not.toContain(CANARY);
	return { ...finding, asked };
}
const bearer = (fields: object, answer: Answer | Error) => ask('sealboxBearerApi', fields, answer);

test('the test path below the Base URL is read with the credential on it', async () => {
	const { asked, verdict } = await bearer(BEARER, { status: 200 });
	expect(verdict).toBe('accepted');
	expect(asked).toEqual([
		expect.objectContaining({
			method: 'GET',
			url: 'https://a.example/v1/me',
			headers: { Authorization: `Bearer ${CANARY}` },
		}),
	]);
});

test.each([
	[200, 'accepted', 'accepted the credential'],
	[204, 'accepted', 'accepted the credential'],
	[301, 'undetermined', 'Redirects are not followed'],
	[401, 'refused', '(401)'],
	[403, 'refused', '(403)'],
	[404, 'undetermined', 'another Test Path'],
	[429, 'undetermined', 'later'],
	[500, 'undetermined', 'later'],
] as const)('status %i means %s', async (status, verdict, reason) => {
	const finding = await bearer(BEARER, { status, body: `no ${CANARY}`, headers: { x: CANARY } });
	expect(finding).toMatchObject({ verdict, message: expect.stringContaining(reason) as string });
});

test('without a Base URL nothing is sent, and that is said', async () => {
	const { asked, verdict, message } = await bearer({ token: CANARY }, { status: 200 });
	expect({ asked, verdict }).toEqual({ asked: [], verdict: 'accepted' });
	expect(message).toContain('Set a Base URL');
});

test('without a Test Path an answer is no proof, and that is said', async () => {
	const fields = { ...BEARER, testPath: '' };
	expect((await bearer(fields, { status: 200 })).message).toContain('to be sure');
	expect(await bearer(fields, { status: 404 })).toMatchObject({ verdict: 'undetermined' });
});

test('wrong fields are told before anything is sent', async () => {
	const { asked, verdict, message } = await bearer(
		{ ...BEARER, token: `Bearer ${CANARY}` },
		{ status: 200 },
	);
	expect({ asked, verdict }).toEqual({ asked: [], verdict: 'refused' });
	expect(message).toContain('Token starts with');
});

test.each([
	['ECONNREFUSED', 'Nothing answers'],
	['ENOTFOUND', 'typing errors'],
	['ECONNABORTED', 'in time'],
	['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate'],
	['constructor', 'Check the address'],
	[undefined, 'Check the address'],
])('a fault of the network says nothing about the credential: %s', async (code, reason) => {
	const fault = Object.assign(new Error(`connect ${CANARY}`), { code });
	for (const error of [fault, new Error(CANARY, { cause: fault })]) {
		const finding = await bearer(BEARER, error);
		expect(finding).toMatchObject({
			verdict: 'undetermined',
			message: expect.stringContaining(reason) as string,
		});
	}
});

test('limits of the credential hold for its test, but a ban for other nodes does not', async () => {
	const elsewhere = {
		...BEARER,
		allowedHttpRequestDomains: 'domains',
		allowedDomains: 'b.example',
	};
	const refused = await bearer(elsewhere, { status: 200 });
	expect(refused).toMatchObject({ verdict: 'refused', asked: [] });
	const banned = { ...BEARER, allowedHttpRequestDomains: 'none' };
	expect(await bearer(banned, { status: 200 })).toMatchObject({ verdict: 'accepted' });
});

test('a key that belongs into the body is tested with one', async () => {
	const { asked } = await ask(
		'sealboxApiKeyApi',
		{ ...BEARER, key: CANARY, name: 'k', location: 'body' },
		{ status: 200 },
	);
	expect(asked[0]).toMatchObject({ method: 'POST', body: `{"k":"${CANARY}"}` });
});

describe('the keys of AWS', () => {
	const KEYS = {
		region: 'eu-central-1',
		accessKeyId: 'AKIAQYLPMN5HHHFPZAM2',
		secretAccessKey: CANARY,
	};
	const aws = (fields: object, answer: Answer | Error) =>
		ask('sealboxAwsApi', { ...KEYS, ...fields }, answer);

	test('are asked for at STS, signed', async () => {
		const { asked, verdict } = await aws({}, { status: 200 });
		expect(verdict).toBe('accepted');
		expect(asked[0]).toMatchObject({
			method: 'POST',
			url: 'https://sts.eu-central-1.amazonaws.com/',
		});
		expect(String(asked[0]!.body)).toBe('Action=GetCallerIdentity&Version=2011-06-15');
		expect(String(asked[0]!.headers?.Authorization)).toContain('/eu-central-1/sts/aws4_request');
	});

	test('may be tried at another endpoint', async () => {
		const china = await aws({ region: 'cn-north-1' }, { status: 200 });
		expect(china.asked[0]!.url).toBe('https://sts.cn-north-1.amazonaws.com.cn/');
		const own = await aws(
			{ stsEndpoint: 'http://localhost:4566', endpoint: 'http://localhost:4566', service: 's3' },
			{ status: 200 },
		);
		expect(own.asked[0]!.url).toBe('http://localhost:4566/');
		expect(String(own.asked[0]!.headers?.Authorization)).toContain('/sts/aws4_request');
		const none = await aws({ endpoint: 'http://localhost:4566' }, { status: 200 });
		expect(none).toMatchObject({
			asked: [],
			message: expect.stringContaining('STS Endpoint') as string,
		});
	});

	test.each([
		[403, 'InvalidClientTokenId', 'refused', 'Access Key ID'],
		[403, 'SignatureDoesNotMatch', 'refused', 'does not belong'],
		[403, 'ExpiredToken', 'refused', 'expired'],
		[403, 'Other', 'refused', '(403)'],
		[400, 'Other', 'undetermined', '400'],
		[503, 'Other', 'undetermined', 'later'],
	] as const)('%i %s means %s', async (status, code, verdict, reason) => {
		const body = `<Error><Code>${code}</Code><Message>${CANARY}</Message></Error>`;
		expect(await aws({}, { status, body })).toMatchObject({
			verdict,
			message: expect.stringContaining(reason) as string,
		});
	});

	test('a clock that is wrong is told from keys that are', async () => {
		const headers = { Date: new Date(NOW_MS - 17 * 60_000).toUTCString() };
		const { message } = await aws({}, { status: 403, headers, body: 'SignatureDoesNotMatch' });
		expect(message).toContain('by 17 minutes');
	});
});

test('types without a test say so', async () => {
	expect(await ask('sealboxDatabaseApi', {}, { status: 200 })).toMatchObject({
		verdict: 'undetermined',
	});
	expect(await ask('unheardOfApi', {}, { status: 200 })).toMatchObject({ verdict: 'undetermined' });
});
