import { argon2Sync, createHmac } from 'node:crypto';
import { deriveHostKey } from '../../src/host/derivedKey';
import { ready } from '../../src/sealing/sodium';

beforeAll(() => ready);

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const ENCRYPTION_KEY = 'a-key-that-an-operator-chose';

test('the frozen keys come from an encryption key', () => {
	expect(
		['sealbox/audit/v1', 'sealbox/token/v1'].map((d) => hex(deriveHostKey(ENCRYPTION_KEY, d))),
	).toEqual([
		'9e15689be0cb4370e861481b9b0046bc8f116398052aaebf770d9757ce3fd56c',
		'b6e6050768578d7bf17c1048d43f59ffec0100956c906237a192852c958fe330',
	]);
});

test('Argon2id and HKDF of another implementation give the same key', () => {
	const stretched = argon2Sync('argon2id', {
		message: ENCRYPTION_KEY,
		nonce: Buffer.from('sealbox/n8nkey/1'),
		parallelism: 1,
		tagLength: 32,
		memory: 19_456,
		passes: 2,
	});
	const extracted = createHmac('sha256', Buffer.alloc(32)).update(stretched).digest();
	const expanded = createHmac('sha256', extracted).update('sealbox/audit/v1\u0001').digest('hex');
	expect(hex(deriveHostKey(ENCRYPTION_KEY, 'sealbox/audit/v1'))).toBe(expanded);
});

test('another domain and another encryption key give other keys', () => {
	const keys = [
		deriveHostKey(ENCRYPTION_KEY, 'one'),
		deriveHostKey(ENCRYPTION_KEY, 'two'),
		deriveHostKey('another-key', 'one'),
	];
	expect(new Set(keys.map(hex)).size).toBe(3);
	expect(deriveHostKey(ENCRYPTION_KEY, 'one')).toEqual(keys[0]);
});

test('wiping a derived key leaves the next one as it was', () => {
	const before = hex(deriveHostKey(ENCRYPTION_KEY, 'one'));
	deriveHostKey(ENCRYPTION_KEY, 'one').fill(0);
	expect(hex(deriveHostKey(ENCRYPTION_KEY, 'one'))).toBe(before);
});

test('an empty encryption key and an empty domain are refused', () => {
	expect(() => deriveHostKey('', 'one')).toThrow(
		expect.objectContaining({ code: 'ERR_KEY_INVALID' }),
	);
	expect(() => deriveHostKey(ENCRYPTION_KEY, '')).toThrow(RangeError);
});
