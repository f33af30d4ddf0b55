import { createHmac } from 'node:crypto';
import { openTokenOrNull, sealToken, tokenKey, tokensIn } from '../../src/sealing/sealedToken';
import { ready } from '../../src/sealing/sodium';
import { openFrameAsDocumented, listOf } from './documentedFrame';
import vectors from './vectors/token-v1.json';

beforeAll(() => ready);

const keyBytes = Uint8Array.from(Buffer.from(vectors.key, 'hex'));

describe.each(vectors.cases)('frozen token: $name', (vector) => {
	const { credential, field, instance, workflow, execution, json, token } = vector;

	test('opens', () => {
		const [found] = tokensIn(`before ${token} after`);
		expect(found.text).toBe(token);
		expect(openTokenOrNull(tokenKey(keyBytes), found, [instance, workflow])).toBe(json);
	});

	test('is made again of the same characters', () => {
		const name = { credential, field };
		const again = sealToken(tokenKey(keyBytes), name, [instance, workflow], execution, json);
		expect(again).toBe(token);
	});

	test('opens for a reader written from docs/format.md with libsodium alone', () => {
		const [, , ...parts] = token.split('.');
		expect(parts.slice(0, 2)).toEqual([credential, field]);
		const frame = Buffer.from(parts[2], 'base64url');
		const place = [instance, workflow, credential, field];
		const opened = openFrameAsDocumented(frame, {
			key: keyBytes.subarray(0, 32),
			kdfContext: 'sbx-tokn',
			purpose: 'sealbox/token/v1',
			context: place,
		});
		expect(opened.toString()).toBe(json);
		const nonce = createHmac('sha256', keyBytes.subarray(32))
			.update(listOf([execution, json, ...place]))
			.digest();
		expect(frame.subarray(34, 58).equals(nonce.subarray(0, 24))).toBe(true);
	});
});
