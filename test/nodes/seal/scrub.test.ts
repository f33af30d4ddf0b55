import { runSeal, stopOf } from './trial';

const CANARY = 'canary-4f1d8a7be2c94c07';
const base64 = Buffer.from(`user:${CANARY}`).toString('base64');

const sealOne = async (value: string, context = '') => {
	const { items } = await runSeal({
		operation: 'seal',
		items: [{ token: value }],
		parameters: { context },
	});
	return items[0].json.token as string;
};

test('a sealed secret is removed from the item in every form, and stays sealed itself', async () => {
	const token = await sealOne(CANARY);
	const item = { token, said: `Bearer ${CANARY}`, header: `Basic ${base64}`, [CANARY]: 1, id: 7 };
	const { items } = await runSeal({
		operation: 'scrub',
		parameters: { sourceFields: 'token' },
		items: [item],
	});
	const [{ json }] = items;
	expect(JSON.stringify(json)).not.toContain(CANARY);
	expect(JSON.stringify(json)).not.toContain(base64.slice(8, -4));
	expect(json.token).toBe(token);
	expect(json.id).toBe(7);
	expect(json.said).toContain('token');
});

test('plain secret fields are scrubbed along with the rest, without keys', async () => {
	const item = { user: { password: CANARY }, log: `failed with ${CANARY}`, id: 7 };
	const outcome = await runSeal({
		operation: 'scrub',
		parameters: { secretsAre: 'plain', sourceFields: 'user.password' },
		items: [item],
		credential: null,
	});
	expect(outcome.decrypted).toBe(0);
	expect(JSON.stringify(outcome.items)).not.toContain(CANARY);
	expect(outcome.items[0].json.id).toBe(7);
	expect(item.log).toContain(CANARY);
});

test('the secret of one item is removed from the others', async () => {
	const [a, b] = ['secret-of-item-a-91c7', 'secret-of-item-b-58d2'];
	const { items } = await runSeal({
		operation: 'scrub',
		parameters: { secretsAre: 'plain', sourceFields: 'key' },
		items: [
			{ key: a, seen: b },
			{ key: b, seen: a },
		],
	});
	expect(JSON.stringify(items)).not.toMatch(/secret-of-item/);
});

test('an item whose secret cannot be opened fails alone', async () => {
	const token = await sealOne(CANARY);
	const other = await sealOne('another-secret-0c55', 'elsewhere');
	const trial = {
		operation: 'scrub',
		parameters: { sourceFields: 'token' },
		items: [
			{ token, said: CANARY },
			{ token: other, said: CANARY },
		],
	};
	const { items } = await runSeal({ ...trial, continueOnFail: true });
	expect(items[1].json).toEqual({
		error: { code: 'ERR_OPEN_FAILED', message: expect.stringContaining('could not be opened') },
	});
	expect(items[0].json.token).toBe(token);
	expect(JSON.stringify(items)).not.toContain(CANARY);
	expect((await stopOf(trial)).context?.itemIndex).toBe(1);
});

test('a sealed value in a field said to be plain is refused', async () => {
	const token = await sealOne(CANARY);
	const parameters = { secretsAre: 'plain', sourceFields: 'token' };
	const error = await stopOf({ operation: 'scrub', parameters, items: [{ token }] });
	expect(error.message).toContain('Set "Secrets Are" to "In Sealed Fields"');
});

test('a missing or unnamed field is reported, unless missing ones are allowed', async () => {
	const missing = { secretsAre: 'plain', sourceFields: 'nothing' };
	const items = [{ a: 1 }];
	expect((await stopOf({ operation: 'scrub', parameters: missing, items })).message).toContain(
		'There is no field "nothing"',
	);
	const unnamed = { ...missing, sourceFields: '' };
	expect((await stopOf({ operation: 'scrub', parameters: unnamed, items })).message).toContain(
		'Fields with Secrets is empty',
	);
	const allowed = { ...missing, ignoreMissing: true };
	expect((await runSeal({ operation: 'scrub', parameters: allowed, items })).items[0].json).toEqual(
		{
			a: 1,
		},
	);
});

test('a secret that is too short is named in a hint, never shown', async () => {
	const { hints } = await runSeal({
		operation: 'scrub',
		parameters: { secretsAre: 'plain', sourceFields: 'pin' },
		items: [{ pin: 'q7', log: 'q7' }],
	});
	expect(hints.map(({ message }) => message).join()).toContain('pin');
	expect(JSON.stringify(hints)).not.toContain('q7');
});
