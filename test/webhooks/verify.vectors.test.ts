import { isSignatureOf, type AlgorithmName } from '../../src/webhooks/algorithm';
import { signatureBase } from '../../src/webhooks/messageSignature/base';
import { bytesIn, descriptionsIn } from '../../src/webhooks/messageSignature/fields';
import { publicKeyOrNull } from '../../src/webhooks/key';
import { Incoming } from '../../src/webhooks/request';
import { verifyWebhook, type WebhookScheme } from '../../src/webhooks';
import { clockOf, requestOf, secretsOf, vectorNamed, vectors, type MessageVector } from './vectors';

test('all 58 signature vectors are there', () => {
	expect(vectors.signature_vectors).toHaveLength(58);
});

test.each(vectors.signature_vectors)('$id is $expected', (vector) => {
	const result = verifyWebhook(
		requestOf(vector),
		vector.scheme,
		secretsOf(vector),
		clockOf(vector),
	);
	expect(result.ok ? 'valid' : result.reason).toBe(vector.expected);
});

test('the key and the signature of the two failing vectors of SendGrid fit each other, high s and all', () => {
	const request = requestOf(vectorNamed('sendgrid-sdk-failing-key'));
	const right = vectorNamed('sendgrid-sdk-failing-signature');
	expect(verifyWebhook(request, 'sendgrid', secretsOf(right), clockOf(right)).ok).toBe(true);
});

const messageNamed = (id: string) =>
	vectors.rfc9421_vectors.find((vector) => vector.id === id) as MessageVector;
const asRequest = (vector: MessageVector) => {
	const [method = '', path = ''] = vector.start_line.split(' ');
	const url = `https://example.com${path}`;
	return {
		method,
		url,
		headers: vector.headers,
		rawBody: Buffer.from(vector.body_base64, 'base64'),
	};
};
const atSigning = { now: () => 1_618_884_473_000 };
const policy = (fields: Partial<WebhookScheme>): WebhookScheme =>
	({
		type: 'message-signature',
		id: 'partner',
		name: 'Partner',
		algorithms: ['hmac-sha256', 'rsa-pss-sha512'],
		...fields,
	}) as WebhookScheme;

describe('RFC 9421, appendix B.2', () => {
	test('B.2.1 covers nothing, which no policy lets in unless it is told to', () => {
		const vector = messageNamed('rfc9421-b21');
		const verify = (scheme: string | WebhookScheme) =>
			verifyWebhook(asRequest(vector), scheme, [vector.key_material], atSigning);
		expect(verify('rfc9421')).toEqual({ ok: false, reason: 'not_covered' });
		expect(verify(policy({ coversBody: false, coversTarget: false })).ok).toBe(true);
	});

	test('B.2.2 covers the digest of the body and a query parameter', () => {
		const vector = messageNamed('rfc9421-b22');
		const secrets = [{ name: vector.keyid, secret: vector.key_material }];
		expect(verifyWebhook(asRequest(vector), 'rfc9421', secrets, atSigning)).toMatchObject({
			ok: true,
			timestamp: 1_618_884_473,
		});
	});

	test('B.2.4, a response, has the signature base that was signed', () => {
		const vector = messageNamed('rfc9421-b24');
		const key = publicKeyOrNull(vector.key_material, 'spki');
		const signature = bytesIn(vector.headers.signature as string).get('sig-b24');
		const content = Buffer.from(vector.signature_base);
		if (key === null || signature === undefined) throw new Error('the vector is not readable');
		expect(isSignatureOf('ecdsa-p256-sha256', key, content, signature)).toBe(true);
		const response = verifyWebhook(
			{ ...asRequest(vector), url: 'https://example.com/' },
			policy({ algorithms: ['ecdsa-p256-sha256'], coversTarget: false } as Partial<WebhookScheme>),
			[vector.key_material],
			atSigning,
		);
		expect(response).toEqual({ ok: false, reason: 'no_supported_signature' });
	});

	test('B.2.5 does not cover the body, which the preset requires', () => {
		const vector = messageNamed('rfc9421-b25');
		const verify = (scheme: string | WebhookScheme) =>
			verifyWebhook(asRequest(vector), scheme, [vector.key_material], atSigning);
		expect(verify('rfc9421')).toEqual({ ok: false, reason: 'not_covered' });
		expect(verify(policy({ coversBody: false, required: ['date', '@authority'] })).ok).toBe(true);
	});

	test.each(['rfc9421-b21', 'rfc9421-b22', 'rfc9421-b25'])('%s has the published base', (id) => {
		const vector = messageNamed(id);
		const [description] = descriptionsIn(vector.headers['signature-input'] as string).values();
		if (description === undefined) throw new Error('the vector has no description');
		expect(signatureBase(new Incoming(asRequest(vector)), description)).toBe(vector.signature_base);
	});
});

test.each(vectors.primitive_vectors)('$id computes', (vector) => {
	const [key, data, expected] = [vector.key_hex, vector.data_hex, vector.expected_hex].map((hex) =>
		Buffer.from(hex, 'hex'),
	) as [Buffer, Buffer, Buffer];
	expect(isSignatureOf(vector.algorithm as AlgorithmName, key, data, expected)).toBe(true);
});
