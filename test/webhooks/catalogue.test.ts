import { catalogue, readScheme, verifyWebhook } from '../../src/webhooks';
import { facts, isSimple, NOW_MS, otherSecret, send } from './sender';

const clock = (atMs = NOW_MS) => ({ now: () => atMs });

test('the catalogue has every provider that facts were collected about, once', () => {
	const ids = catalogue.map(({ id }) => id);
	expect(new Set(ids).size).toBe(ids.length);
	expect(ids).toEqual(expect.arrayContaining(facts.map(({ id }) => id)));
	expect(facts).toHaveLength(71);
});

test.each(catalogue)('$id is written as a custom scheme would be', (scheme) => {
	expect(readScheme(scheme)).toHaveProperty('scheme');
	expect(scheme.docs?.length).toBeGreaterThan(0);
});

describe.each(facts.filter(isSimple))('$id', (fact) => {
	test('lets in what the provider signs, and says when it was sent', () => {
		const { request, secret } = send(fact);
		const result = verifyWebhook(request, fact.id, [secret], clock());
		expect(result).toMatchObject({ ok: true, secret: 0 });
		if (fact.timestamp) expect(result).toMatchObject({ timestamp: NOW_MS / 1000 });
	});

	test('refuses another body, another secret, and no secret', () => {
		const { request, secret } = send(fact);
		const other = Buffer.from(request.rawBody.toString().replace(/"a"|b=2|tokena/, 'x'));
		const reasons = [
			verifyWebhook({ ...request, rawBody: other }, fact.id, [secret], clock()),
			verifyWebhook(request, fact.id, [otherSecret(fact, secret)], clock()),
			verifyWebhook(request, fact.id, [], clock()),
		].map((result) => (result.ok ? 'let in' : result.reason));
		expect(reasons).toEqual([
			expect.stringMatching(/^bad_|^missing_/),
			'bad_signature',
			'no_secret',
		]);
	});

	test('refuses a request without its signature', () => {
		const { request, secret } = send(fact);
		const [name = ''] = fact.headers.signature ?? [];
		const headers = { ...request.headers, [name]: '' };
		const rawBody = Buffer.from(request.rawBody.toString().replace(/"signature":"[^"]*"/, '"s":1'));
		const bare = name === '' ? { ...request, rawBody } : { ...request, headers };
		expect(verifyWebhook(bare, fact.id, [secret], clock())).toEqual({
			ok: false,
			reason: name === '' ? 'missing_field' : 'missing_header',
		});
	});

	const { timestamp } = fact;
	if (timestamp === null) return;
	const tolerance = timestamp.tolerance_seconds ?? 300;
	test(`is fresh for ${tolerance} seconds, in both directions`, () => {
		const outcome = (offsetSeconds: number) => {
			const { request, secret } = send(fact);
			const result = verifyWebhook(
				request,
				fact.id,
				[secret],
				clock(NOW_MS + offsetSeconds * 1000),
			);
			return result.ok ? 'fresh' : result.reason;
		};
		const offsets = [tolerance, tolerance + 1, -tolerance, -tolerance - 1];
		expect(offsets.map(outcome)).toEqual(['fresh', 'stale', 'fresh', 'future']);
	});
});
