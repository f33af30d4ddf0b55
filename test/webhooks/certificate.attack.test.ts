import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createSign } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { answerHandshake, certificateAddress, verifyWebhook } from '../../src/webhooks';
import { resolveScheme } from '../../src/webhooks/verify';

/*
 * Certificates that the request names: addresses that are not the sender's (97, 98), certificates of
 * another time, altered messages.
 */

const { key, certificate } = madeCertificate();
function madeCertificate() {
	const folder = mkdtempSync(join(tmpdir(), 'sealbox-certificate-'));
	const [keyFile, file] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
	const subject = ['-subj', '/CN=sns.amazonaws.com', '-days', '2'];
	const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', keyFile, '-out', file];
	execFileSync('openssl', [...made, ...subject], { stdio: 'ignore' });
	const read = { key: readFileSync(keyFile, 'utf8'), certificate: readFileSync(file, 'utf8') };
	rmSync(folder, { recursive: true });
	return read;
}

const NOW_MS = Date.now() + 60_000;
const TOPIC = 'arn:aws:sns:us-east-1:123456789012:topic';
const settings = { topicArn: TOPIC };
const clock = { now: () => NOW_MS, settings };
const ADDRESS = 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123.pem';

function notification(changes: Record<string, string> = {}, hash = 'RSA-SHA256') {
	const message: Record<string, string> = {
		Type: 'Notification',
		MessageId: 'm-1',
		TopicArn: TOPIC,
		Message: 'hello\nMessageId\nworld',
		Timestamp: new Date(NOW_MS).toISOString(),
		SignatureVersion: hash === 'RSA-SHA1' ? '1' : '2',
		SigningCertURL: ADDRESS,
		...changes,
	};
	const names =
		message.Type === 'Notification'
			? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
			: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
	const text = names
		.filter((name) => name in message)
		.map((name) => `${name}\n${message[name]}\n`)
		.join('');
	message.Signature = createSign(hash).update(text).sign(key, 'base64');
	return message;
}
const asRequest = (message: object) => ({
	method: 'POST',
	url: 'https://hooks.example.com/in',
	headers: { 'content-type': 'text/plain' },
	rawBody: Buffer.from(JSON.stringify(message)),
});
const outcome = (message: object, now = clock, pem = certificate) => {
	const result = verifyWebhook(asRequest(message), 'aws-sns', [pem], now);
	return result.ok ? 'valid' : result.reason;
};

test('both versions of the signature of SNS are verified', () => {
	expect(outcome(notification())).toBe('valid');
	expect(outcome(notification({ Subject: 'x' }, 'RSA-SHA1'))).toBe('valid');
	expect(certificateAddress(asRequest(notification()), resolveScheme('aws-sns'))?.href).toBe(
		ADDRESS,
	);
});

test('an altered message, another version and another certificate are refused', () => {
	expect(outcome({ ...notification(), Message: 'x' })).toBe('bad_signature');
	expect(outcome({ ...notification(), SignatureVersion: '1' })).toBe('bad_signature');
	expect(outcome({ ...notification(), SignatureVersion: '3' })).toBe('wrong_algorithm');
	expect(outcome({ ...notification(), Type: 'constructor' })).toBe('missing_field');
	expect(outcome(notification(), clock, madeCertificate().certificate)).toBe('bad_signature');
	expect(outcome(notification(), clock, 'no certificate')).toBe('bad_certificate');
});

test('another topic, which anybody may have, is refused, and so is every one where none is set', () => {
	const other = notification({ TopicArn: `${TOPIC}2` });
	expect(outcome(other)).toBe('bad_claim');
	expect(outcome(notification(), { ...clock, settings: {} as typeof settings })).toBe(
		'bad_options',
	);
	expect(
		answerHandshake(
			asRequest({ ...other, Type: 'SubscriptionConfirmation' }),
			'aws-sns',
			[certificate],
			clock,
		)?.ok,
	).toBe(false);
});

test('a certificate is good only in its time', () => {
	expect(outcome(notification(), { settings, now: () => NOW_MS + 5 * 86_400_000 })).toBe(
		'bad_certificate',
	);
	expect(outcome(notification(), { settings, now: () => NOW_MS - 5 * 86_400_000 })).toBe(
		'bad_certificate',
	);
});

test.each([
	'http://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123.pem',
	'https://sns.us-east-1.amazonaws.com.evil.example/SimpleNotificationService-0123.pem',
	'https://sns.us-east-1.amazonaws.com:8443/SimpleNotificationService-0123.pem',
	'https://user@sns.us-east-1.amazonaws.com/SimpleNotificationService-0123.pem',
	'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123.pem',
	'https://evil.example/SimpleNotificationService-0123.pem',
	'https://sns.us-east-1.amazonaws.com@evil.example/SimpleNotificationService-0123.pem',
	'https://sns.us-east-1.amazonaws.com\\@evil.example/SimpleNotificationService-0123.pem',
	'https://s3.us-east-1.amazonaws.com/SimpleNotificationService-0123.pem',
	'https://sns.us-east-1.amazonaws.com/other.pem',
	'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-/../other.pem',
	'https://SNS.us-east-1.amazonaws.com/SimpleNotificationService-0123.pem',
	'//sns.us-east-1.amazonaws.com/SimpleNotificationService-0123.pem',
	'file:///etc/passwd',
	'',
])('97: %j is not fetched', (address) => {
	const message = notification({ SigningCertURL: address });
	expect(outcome(message)).toMatch(/bad_certificate_url|missing_field/);
	expect(() => certificateAddress(asRequest(message), resolveScheme('aws-sns'))).toThrow();
	// Nothing was fetched: the sender is told 401, and not that the operator has no secret.
	const refused = verifyWebhook(asRequest(message), 'aws-sns', [], clock);
	expect(refused.ok ? '' : refused.reason).toMatch(/bad_certificate_url|missing_field/);
});

test('97: only an address of the topic’s own region is visited, and only for a signed message', () => {
	const confirm = (SubscribeURL: string) => ({
		Type: 'SubscriptionConfirmation',
		Token: 't',
		SubscribeURL,
	});
	const good = 'https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=t';
	const answer = (message: object) =>
		answerHandshake(asRequest(message), 'aws-sns', [certificate], clock);
	const outcomeOf = answer(notification(confirm(good)));
	expect(outcomeOf?.ok === true && outcomeOf.answer.visit?.href).toBe(good);
	expect(answer({ ...notification(confirm(good)), Token: 'u' })?.ok).toBe(false);
	expect(answer(notification(confirm('https://evil.example/?Action=ConfirmSubscription')))).toEqual(
		{
			ok: false,
			reason: 'bad_certificate_url',
		},
	);
});

describe('PayPal', () => {
	const address = 'https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-1d93a270';
	function delivery(certUrl = address, altered?: string) {
		const body = '{"id":"WH-1","event_type":"X"}';
		const time = new Date(NOW_MS).toISOString();
		const text = `t-1|${time}|WEBHOOK|${crc32(body)}`;
		return {
			...asRequest({}),
			headers: {
				'paypal-transmission-sig': createSign('RSA-SHA256').update(text).sign(key, 'base64'),
				'paypal-transmission-time': time,
				'paypal-transmission-id': 't-1',
				'paypal-auth-algo': 'SHA256withRSA',
				'paypal-cert-url': certUrl,
			},
			rawBody: Buffer.from(altered ?? body),
		};
	}
	const verify = (
		request: ReturnType<typeof delivery>,
		settings: object = { webhookId: 'WEBHOOK' },
	) => {
		const options = { ...clock, settings: settings as Record<string, string> };
		const result = verifyWebhook(request, 'paypal', [certificate], options);
		return result.ok ? 'valid' : result.reason;
	};

	test('what is signed for this webhook is let in', () => {
		expect(verify(delivery())).toBe('valid');
		expect(verify(delivery(), {})).toBe('bad_options');
		expect(verify(delivery(), { webhookId: 'OTHER' })).toBe('bad_signature');
		expect(verify(delivery(address, '{"id":"WH-2"}'))).toBe('bad_signature');
	});

	test.each([
		'https://paypal.com.evil.example/v1/notifications/certs/CERT-1',
		'https://evil.example/v1/notifications/certs/CERT-1',
		'http://api.paypal.com/v1/notifications/certs/CERT-1',
		'https://api.paypal.com/elsewhere/CERT-1',
		'https://xapi.paypal.com.evil/v1/notifications/certs/CERT-1',
		'https://a.b.paypal.com/v1/notifications/certs/CERT-1',
	])('98: %j is not fetched', (certUrl) => {
		expect(verify(delivery(certUrl))).toBe('bad_certificate_url');
	});
});
