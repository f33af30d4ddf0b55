import { inspect } from 'node:util';
import {
	Keyset,
	destroyKey,
	disableKey,
	enableKey,
	generateKeyset,
	rotateKeyset,
} from '../../src/sealing/keyset';
import { makeKey, type Key, type KeyStatus } from '../../src/sealing/key';
import { ready } from '../../src/sealing/sodium';
import { fixedKeyset } from './fixedKeyset';
import { codeOf, refusal } from './refusal';

beforeAll(() => ready);

const statuses = (keyset: Keyset): KeyStatus[] => keyset.keys.map(({ status }) => status);

test('a new keyset has one key, enabled and primary', () => {
	const keyset = generateKeyset();
	expect(keyset.keys).toEqual([{ id: keyset.primaryId, status: 'enabled', isPrimary: true }]);
});

test('two keysets share neither id nor key', () => {
	expect(generateKeyset().primaryId).not.toBe(generateKeyset().primaryId);
});

test('rotation puts a new primary before the earlier keys', () => {
	const first = generateKeyset();
	const second = rotateKeyset(first);
	const third = rotateKeyset(second);
	expect(third.keys.map(({ id }) => id)).toEqual([
		third.primaryId,
		second.primaryId,
		first.primaryId,
	]);
	expect(third.keys.map(({ isPrimary }) => isPrimary)).toEqual([true, false, false]);
});

test('a keyset never changes: every change is another keyset', () => {
	const first = generateKeyset();
	const rotated = rotateKeyset(first);
	const disabled = disableKey(rotated, first.primaryId);
	expect(first.keys).toHaveLength(1);
	expect(statuses(rotated)).toEqual(['enabled', 'enabled']);
	expect(statuses(disabled)).toEqual(['enabled', 'disabled']);
	expect(() => Object.assign(disabled, { primaryId: first.primaryId })).toThrow(TypeError);
	expect(() => (disabled.keys as unknown[]).push('x')).not.toThrow();
	expect(disabled.keys).toHaveLength(2);
});

test('fault 80: a key is destroyed only after it was disabled, and then for ever', () => {
	const first = generateKeyset();
	const rotated = rotateKeyset(first);
	expect(codeOf(() => destroyKey(rotated, first.primaryId))).toBe('ERR_KEY_INVALID');
	const destroyed = destroyKey(disableKey(rotated, first.primaryId), first.primaryId);
	expect(statuses(destroyed)).toEqual(['enabled', 'destroyed']);
	for (const revive of [enableKey, disableKey]) {
		expect(refusal(() => revive(destroyed, first.primaryId)).message).toContain('is destroyed');
	}
});

test.each([disableKey, destroyKey])(
	'%p refuses the primary and says to rotate or disable first',
	(change) => {
		const keyset = generateKeyset();
		const { code, message } = refusal(() => change(keyset, keyset.primaryId));
		expect(code).toBe('ERR_KEY_INVALID');
		expect(message).toMatch(/Rotate first|Disable it first/);
	},
);

test('an unknown key id is refused and not repeated', () => {
	const { code, message } = refusal(() => disableKey(generateKeyset(), 'pasted-secret'));
	expect(code).toBe('ERR_KEY_UNKNOWN');
	expect(message).not.toContain('pasted-secret');
});

const ID = 'a1'.repeat(16);
const key = (
	id = ID,
	status: KeyStatus = 'enabled',
	bytes: Uint8Array | null = new Uint8Array(32),
): Key => makeKey(id, status, bytes);

test.each<[string, () => Keyset, string]>([
	['no keys', () => new Keyset(ID, []), 'primary'],
	['an absent primary', () => new Keyset('b2'.repeat(16), [key()]), 'primary'],
	['a disabled primary', () => new Keyset(ID, [key(ID, 'disabled')]), 'primary'],
	['two keys of one id', () => new Keyset(ID, [key(), key()]), 'same id'],
	['an id in capitals', () => new Keyset(ID.toUpperCase(), [key(ID.toUpperCase())]), 'hex digits'],
	[
		'a short key',
		() => new Keyset(ID, [key(ID, 'disabled', new Uint8Array(31))]),
		'32 bytes, got 31',
	],
	['a key without bytes', () => new Keyset(ID, [key(ID, 'disabled', null)]), '32 bytes, got 0'],
	[
		'more than 1,000 keys',
		() =>
			new Keyset(
				ID,
				Array.from({ length: 1001 }, (_, n) => key(n.toString(16).padStart(32, '0'), 'disabled')),
			),
		'1000 keys at most',
	],
])('a keyset with %s does not come into being', (_what, make, sentence) => {
	const { code, message } = refusal(make);
	expect(code).toBe('ERR_KEY_INVALID');
	expect(message).toContain(sentence);
});

test('key material does not print', () => {
	const canary = '5eed'.repeat(16);
	const keyset = fixedKeyset([{ id: ID, status: 'enabled', bytes: canary }]);
	const bytes = Buffer.from(canary, 'hex');
	const shown = [
		String(keyset),
		`${keyset}`,
		JSON.stringify(keyset),
		JSON.stringify({ ...keyset }),
		JSON.stringify(structuredClone({ ...keyset })),
		inspect(keyset, { depth: 9, showHidden: true, getters: true }),
		inspect({ nested: keyset }, { depth: 9 }),
		JSON.stringify(Object.getOwnPropertyDescriptors(keyset)),
		JSON.stringify(keyset.keys),
	].join('\n');
	for (const form of [
		canary,
		bytes.toString('base64'),
		bytes.toString('base64url'),
		String([...bytes]),
	]) {
		expect(shown).not.toContain(form);
	}
	expect(shown).toContain(ID);
});
