import { SealboxSeal } from '../../nodes/SealboxSeal/SealboxSeal.node';
import { validateCredential } from '../../src/kinds';
import { keysetOf, keysetSummary } from '../../src/kinds/keyset';
import { generateKeyset, rotateKeyset } from '../../src/sealing/keyset';
import { exportKeyset } from '../../src/sealing/keysetText';
import { open, seal } from '../../src/sealing/seal';
import { ready } from '../../src/sealing/sodium';

beforeAll(() => ready);

const FIRST = 'first passphrase of the tests';
const SECOND = 'second passphrase of the tests';
const fields = (passphrase: unknown, ...earlier: string[]) => ({
	keysFrom: 'passphrase',
	passphrase,
	earlierKeys: { keys: earlier.map((each) => ({ passphrase: each })) },
});
const credentialTest = new SealboxSeal().methods.credentialTest.sealboxSealingKeysTest;
const tested = async (data: object) =>
	await credentialTest.call({} as never, { id: '1', name: 'keys', type: 'x', data } as never);

test('a passphrase makes the same keys on every machine', async () => {
	const keyset = await keysetOf(fields(FIRST));
	expect(keyset.keys).toEqual([
		{ id: 'cd8d0f780ebec652703c350091265733', status: 'enabled', isPrimary: true },
	]);
});

test('the passphrase seals, earlier ones still open', async () => {
	const envelope = seal('x', await keysetOf(fields(FIRST)), ['c']);
	const rotated = await keysetOf(fields(SECOND, FIRST));
	expect(Buffer.from(open(envelope, rotated, ['c'])).toString()).toBe('x');
	expect(rotated.keys.map(({ isPrimary }) => isPrimary)).toEqual([true, false]);
	expect(rotated.primaryId).toBe((await keysetOf(fields(SECOND))).primaryId);
});

test('a passphrase that stands twice is one key', async () => {
	expect((await keysetOf(fields(FIRST, FIRST))).keys).toHaveLength(1);
});

test('an exported keyset is taken with its passphrase, of any length', async () => {
	const keyset = rotateKeyset(generateKeyset());
	const secretKeyset = ` ${exportKeyset(keyset, { passphrase: 'pw' })}\n`;
	const imported = await keysetOf({ keysFrom: 'keyset', passphrase: 'pw', secretKeyset });
	expect(imported.keys).toEqual(keyset.keys);
});

test('keys are made once for the same fields, and a refusal is remembered too', async () => {
	expect(await keysetOf(fields(FIRST))).toBe(await keysetOf(fields(FIRST)));
	const secretKeyset = exportKeyset(generateKeyset(), { passphrase: 'right' });
	const wrong = { keysFrom: 'keyset', passphrase: 'wrong', secretKeyset };
	const first = await keysetOf(wrong).catch((error: unknown) => error);
	expect(first).toMatchObject({ code: 'ERR_OPEN_FAILED' });
	expect(await keysetOf(wrong).catch((error: unknown) => error)).toBe(first);
});

test.each([
	['nothing', {}, 'passphrase', 'Passphrase is missing'],
	['an empty passphrase', fields(''), 'passphrase', 'Passphrase is empty'],
	['a short one', fields('fifteen letters'), 'passphrase', 'fewer than 16 characters'],
	[
		'a short earlier one',
		fields(FIRST, 'short'),
		'earlierKeys.keys[0].passphrase',
		'fewer than 16',
	],
	['no keyset', { keysFrom: 'keyset', passphrase: 'pw' }, 'secretKeyset', 'Keyset is empty'],
	[
		'a keyset that is none',
		{ keysFrom: 'keyset', passphrase: 'pw', secretKeyset: 'sealbox.AQEB' },
		'secretKeyset',
		'begins with "sealbox-keyset."',
	],
])('%s is refused at its field', (_what, data, field, sentence) => {
	const validation = validateCredential('sealingKeys', data);
	expect(validation).toEqual({
		valid: false,
		errors: [{ field, message: expect.stringContaining(sentence) }],
	});
});

test('expressions are left for the run, and a middling passphrase is warned about', () => {
	expect(validateCredential('sealingKeys', fields('={{ $vars.x }}')).valid).toBe(true);
	expect(validateCredential('sealingKeys', fields('twenty letters long!'))).toEqual({
		valid: true,
		warnings: [expect.stringContaining('fewer than 24 characters')],
	});
});

test('the test of the credential says which key seals and how many still open', async () => {
	const { status, message } = await tested(fields(SECOND, FIRST));
	const { primaryId } = await keysetOf(fields(SECOND));
	expect([status, message]).toEqual([
		'OK',
		`The keys work. New values are sealed with key ${primaryId.slice(0, 8)}. 1 earlier key still opens.`,
	]);
	expect(await keysetSummary(fields(FIRST))).not.toContain('earlier');
});

test.each([
	{},
	fields(7),
	fields(''),
	{ keysFrom: 'canary-x' },
	{ ...fields(FIRST), earlierKeys: 'canary-x' },
])('the test of the credential never throws and repeats no value', async (data) => {
	const { status, message } = await tested(data);
	expect(status).toBe('Error');
	expect(message).toMatch(/^Sealbox Sealing Keys: /);
	expect(message).not.toContain('canary-x');
});
