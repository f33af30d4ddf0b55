import { createHmac } from 'node:crypto';
import { answerHandshake, type WebhookRequest } from '../../src/webhooks';
import { NOW_MS, SECRET } from './signing';

/*
 * Answers to strangers (95): handshakes without a signature, a second secret for Asana, echoes that would
 * be markup, addresses to visit that are not Amazon's (97).
 */

const clock = { now: () => NOW_MS };
const STAMP = String(NOW_MS / 1000);
const hmac = (text: string) => createHmac('sha256', SECRET).update(text).digest('hex');

const posted = (body: object, headers: Record<string, string> = {}, url = ''): WebhookRequest => ({
	method: 'POST',
	url: `https://hooks.example.com/in${url}`,
	headers,
	rawBody: Buffer.from(JSON.stringify(body)),
});
const got = (query: string): WebhookRequest => ({ ...posted({}, {}, query), method: 'GET' });

/** Slack and Zoom sign alike, with headers of their own. */
const signedBy = (body: object, names: [string, string]) =>
	posted(body, {
		[names[0]]: `v0=${hmac(`v0:${STAMP}:${JSON.stringify(body)}`)}`,
		[names[1]]: STAMP,
	});
const SLACK: [string, string] = ['x-slack-signature', 'x-slack-request-timestamp'];
const ZOOM: [string, string] = ['x-zm-signature', 'x-zm-request-timestamp'];

test('Slack hears its challenge', () => {
	const body = { type: 'url_verification', challenge: '3eZbrw1a' };
	expect(answerHandshake(signedBy(body, SLACK), 'slack', [SECRET], clock)).toMatchObject({
		ok: true,
		answer: { status: 200, body: '{"challenge":"3eZbrw1a"}' },
	});
});

test('Zoom hears the hash of its token', () => {
	const body = {
		event: 'endpoint.url_validation',
		payload: { plainToken: 'qgg8vlvZRS6UYooatFL8Aw' },
	};
	const outcome = answerHandshake(signedBy(body, ZOOM), 'zoom', ['old', SECRET], clock);
	expect(outcome?.ok === true && JSON.parse(outcome.answer.body)).toEqual({
		plainToken: 'qgg8vlvZRS6UYooatFL8Aw',
		encryptedToken: hmac('qgg8vlvZRS6UYooatFL8Aw'),
	});
});

test('95: whoever cannot sign is told nothing, and computes nothing with our secret', () => {
	const slack = posted({ type: 'url_verification', challenge: 'x' });
	const zoom = posted({ event: 'endpoint.url_validation', payload: { plainToken: 'x' } });
	expect(answerHandshake(slack, 'slack', [SECRET], clock)?.ok).toBe(false);
	expect(answerHandshake(zoom, 'zoom', [SECRET], clock)?.ok).toBe(false);
	const body = { event: 'endpoint.url_validation', payload: { plainToken: 'x' } };
	expect(answerHandshake(signedBy(body, ZOOM), 'zoom', [], clock)).toEqual({
		ok: false,
		reason: 'no_secret',
	});
});

test('95: Asana sets the secret once', () => {
	const request = posted({}, { 'x-hook-secret': 'new-secret' });
	expect(answerHandshake(request, 'asana', [])).toMatchObject({
		ok: true,
		answer: { headers: { 'x-hook-secret': 'new-secret' }, newSecret: 'new-secret' },
	});
	expect(answerHandshake(request, 'asana', [SECRET])).toEqual({
		ok: false,
		reason: 'bad_signature',
	});
	const split = posted({}, { 'x-hook-secret': 'a\r\nset-cookie: b' });
	expect(answerHandshake(split, 'asana', [])?.ok).toBe(false);
});

test('Meta hears its challenge when it knows the token', () => {
	const url = '?hub.mode=subscribe&hub.challenge=115&hub.verify_token=';
	const outcome = (token: string, verifyToken?: string) =>
		answerHandshake(got(url + token), 'meta', [SECRET], {
			settings: verifyToken === undefined ? {} : { verifyToken },
		});
	expect(outcome('right', 'right')).toMatchObject({ ok: true, answer: { body: '115' } });
	expect(outcome('wrong', 'right')).toEqual({ ok: false, reason: 'bad_signature' });
	expect(outcome('', '')).toEqual({ ok: false, reason: 'no_secret' });
	expect(outcome('undefined')).toEqual({ ok: false, reason: 'no_secret' });
});

test.each([
	['dropbox', got('?challenge=%3Cscript%3E')],
	['microsoft-graph', posted({}, {}, '?validationToken=%3Cscript%3E')],
	['onfleet', got('?check=%3Cscript%3E')],
])('%s gets an echo that no browser takes for a page', (scheme, request) => {
	expect(answerHandshake(request, scheme, [SECRET])).toEqual({
		ok: true,
		answer: {
			status: 200,
			headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
			body: '<script>',
		},
	});
});

test('a parameter that comes twice, or is endless, is not echoed', () => {
	expect(answerHandshake(got('?challenge=a&challenge=b'), 'dropbox', [])?.ok).toBe(false);
	expect(answerHandshake(got(`?challenge=${'a'.repeat(5000)}`), 'dropbox', [])?.ok).toBe(false);
});

test.each(['github', 'stripe', 'standard-webhooks', 'slack', 'zoom', 'meta'])(
	'an event of %s is no handshake',
	(scheme) => {
		expect(answerHandshake(posted({ type: 'event' }), scheme, [SECRET], clock)).toBeNull();
	},
);
