import fc from 'fast-check';
import { verifyWebhook } from '../../src/webhooks';
import { facts, isSimple, NOW_MS, send } from './sender';
import { clock, custom, SECRET, signed } from './signing';

const isIn = (request: Parameters<typeof verifyWebhook>[0]) =>
	verifyWebhook(request, custom, [SECRET], clock).ok;

test('what was signed is let in, whatever bytes it has', () => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) =>
			isIn(signed({ bytes: Buffer.from(bytes) })),
		),
	);
});

test('one flipped bit of the body is refused', () => {
	fc.assert(
		fc.property(fc.uint8Array({ minLength: 1, maxLength: 100 }), fc.nat(), (bytes, where) => {
			const request = signed({ bytes: Buffer.from(bytes) });
			const altered = Buffer.from(bytes);
			const bit = where % (altered.length * 8);
			altered[bit >> 3] = (altered[bit >> 3] as number) ^ (1 << (bit & 7));
			return !isIn({ ...request, rawBody: altered });
		}),
	);
});

test('one flipped bit of the signature is refused, in every preset', () => {
	const simple = facts.filter(isSimple).filter(({ headers }) => headers.signature !== undefined);
	fc.assert(
		fc.property(fc.constantFrom(...simple), fc.nat(), (fact, where) => {
			const { request, secret } = send(fact);
			const name = fact.headers.signature?.[0] as string;
			const value = Buffer.from(request.headers[name] as string);
			const bit = where % (value.length * 8);
			value[bit >> 3] = (value[bit >> 3] as number) ^ (1 << (bit & 7));
			const altered = value.toString('latin1');
			// The case of hex digits carries nothing.
			if (altered.toLowerCase() === String(request.headers[name]).toLowerCase()) return true;
			const headers = { ...request.headers, [name]: altered };
			return !verifyWebhook({ ...request, headers }, fact.id, [secret], {
				now: () => NOW_MS,
			}).ok;
		}),
		{ numRuns: 500 },
	);
});

test('whatever a stranger sends is refused without a throw', () => {
	const name = fc.constantFrom('x-id', 'x-timestamp', 'x-signature', 'X-Id', 'other');
	const headers = fc.dictionary(
		name,
		fc.oneof(fc.string(), fc.array(fc.string(), { maxLength: 3 })),
	);
	fc.assert(
		fc.property(headers, fc.uint8Array(), fc.string(), (some, rawBody, url) => {
			const result = verifyWebhook(
				{ method: 'POST', url, headers: some, rawBody },
				custom,
				[SECRET],
				clock,
			);
			return !result.ok && result.reason !== 'internal_error';
		}),
	);
});

test('no reason, and nothing else of a result, holds the secret', () => {
	fc.assert(
		fc.property(fc.string({ minLength: 8 }), (secret) => {
			const results = facts.map(({ id }) =>
				verifyWebhook(send(facts[0] as never).request, id, [`${secret}CANARY`], clock),
			);
			return !JSON.stringify(results).includes('CANARY');
		}),
		{ numRuns: 20 },
	);
});
