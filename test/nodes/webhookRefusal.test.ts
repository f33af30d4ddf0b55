import {
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { receive } from '../../nodes/SealboxWebhookTrigger/receive';
import type { AuditEvent } from '../../src/audit/event';
import { openTrail } from '../../src/audit/trail';
import { triggers } from '../../src/host/webhooks';
import { webhookCall } from './webhookCall';

/** What a caller is answered, and what goes on record, where what the trigger leans on is away. */

const mockTrail: { append: (event: AuditEvent) => void } = { append: () => {} };
jest.mock('../../src/host/trail', () => ({ processTrail: () => Promise.resolve(mockTrail) }));

const recorded: AuditEvent[] = [];
beforeEach(() => {
	recorded.length = 0;
	mockTrail.append = (event) => void recorded.push(event);
});
afterAll(async () => await triggers().state.close());

const BODY = '{"message":"The request was refused."}';
const SECRET = 'whsec-4fb1a90c2d';
const reasons = () => recorded.map(({ subject }) => subject?.reason);

/** Until what was done without waiting is done. */
async function answered(call: Parameters<typeof webhookCall>[0]) {
	const { context, response } = webhookCall(call);
	expect(await receive(context)).toEqual({ noWebhookResponse: true });
	await turn();
	const { statusCode, headers, body } = response;
	return { status: statusCode, retryAfter: headers['retry-after'], body };
}
const UNAVAILABLE = { status: 503, retryAfter: '30', body: BODY };

describe('73: keys that cannot be fetched', () => {
	const sns = (file: string, httpRequest: () => Promise<unknown>, options: object = {}) => ({
		parameters: { authentication: 'provider', provider: 'aws-sns', options },
		body: {
			Type: 'Notification',
			TopicArn: 'arn:aws:sns:us-east-1:123456789012:topic',
			SigningCertURL: `https://sns.us-east-1.amazonaws.com/SimpleNotificationService-${file}.pem`,
		},
		helpers: { httpRequest },
	});

	test('a certificate: 503 for now, and asked for again', async () => {
		const fetch = jest.fn().mockRejectedValueOnce(new Error('ECONNREFUSED CANARY'));
		fetch.mockResolvedValueOnce('<html>Sign in to this network</html>');
		fetch.mockResolvedValue('-----BEGIN CERTIFICATE-----');
		expect(await answered(sns('away', fetch))).toEqual(UNAVAILABLE);
		expect(await answered(sns('away', fetch))).toEqual(UNAVAILABLE);
		expect(await answered(sns('away', fetch))).toMatchObject({ status: 401 });
		expect(fetch).toHaveBeenCalledTimes(3);
		expect(reasons()).toEqual(['keys_unavailable', 'keys_unavailable', 'bad_certificate']);
		expect(JSON.stringify(recorded)).not.toContain('CANARY');
	});

	test('a certificate is not fetched for an address that is not allowed', async () => {
		const fetch = jest.fn();
		const refused = await answered(sns('stranger', fetch, { allowed: '10.0.0.0/8' }));
		expect(refused).toMatchObject({ status: 403 });
		expect(fetch).not.toHaveBeenCalled();
	});

	test('a key set: 503 for now', async () => {
		const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
		const token = `${part({ alg: 'ES256', kid: 'k' })}.${part({ iss: 'i' })}.${'A'.repeat(86)}`;
		const answer = await answered({
			parameters: {
				authentication: 'jwt',
				issuer: 'https://issuer.example',
				audience: 'me',
				algorithms: ['ES256'],
				keySetUrl: 'https://issuer.example/keys',
			},
			headers: { authorization: `Bearer ${token}` },
			body: {},
			helpers: { httpRequest: () => Promise.reject(new Error('ETIMEDOUT')) },
		});
		expect(answer).toEqual(UNAVAILABLE);
		expect(reasons()).toEqual(['keys_unavailable']);
	});
});

describe('107: an audit trail that breaks changes no answer', () => {
	const unsigned = {
		parameters: { authentication: 'provider', provider: 'github' },
		body: {},
		secret: SECRET,
	};
	const REFUSED = { status: 401, retryAfter: undefined, body: BODY };

	test('one that throws, and the process lives', async () => {
		mockTrail.append = jest.fn(() => {
			throw new Error('CANARY');
		});
		expect(await answered(unsigned)).toEqual(REFUSED);
		expect(mockTrail.append).toHaveBeenCalledTimes(1);
	});

	test('one whose folder is gone: the refusal is on record once it is back', async () => {
		const root = mkdtempSync(join(tmpdir(), 'sealbox-refusal-'));
		const [folder, aside] = [join(root, 'audit'), join(root, 'aside')];
		mkdirSync(folder);
		const reported: string[] = [];
		const trail = openTrail({
			folder,
			key: new Uint8Array(32).fill(1),
			clock: Date.now,
			process: 'test',
			report: (sentence) => void reported.push(sentence),
		});
		await trail.flush();
		mockTrail.append = (event) => trail.append(event);
		renameSync(folder, aside);
		writeFileSync(folder, '');
		expect(await answered(unsigned)).toEqual(REFUSED);
		await trail.flush();
		expect(reported).toHaveLength(1);

		rmSync(folder);
		renameSync(aside, folder);
		await trail.close();
		expect(reported).toEqual([
			expect.stringContaining('cannot be written'),
			'The audit trail is written again.',
		]);
		const lines = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
		expect(lines.join().match(/"webhook\.refused"/g)).toHaveLength(1);
		rmSync(root, { recursive: true });
	});
});
