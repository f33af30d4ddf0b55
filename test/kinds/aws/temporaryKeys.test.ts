import { forgetTemporaryKeys, temporaryKeys } from '../../../src/kinds/aws/temporaryKeys';
import { SealboxError } from '../../../src/sealing/error';

const HOUR_MS = 3_600_000;
let identity = '';
let count = 0;
beforeEach(() => {
	identity = `role ${++count}`;
});

/** Hands out numbered keys that last so long; what is put into `next` happens instead. */
function source(lifeMs = HOUR_MS) {
	const state = { asked: 0, next: null as Error | null };
	const at = async (nowMs: number) =>
		await temporaryKeys(identity, nowMs, async () => {
			state.asked += 1;
			const name = `keys ${state.asked}`;
			await new Promise((resolve) => setTimeout(resolve, 5));
			if (state.next !== null) throw state.next;
			return {
				accessKeyId: name,
				secretAccessKey: 'secret',
				sessionToken: `token of ${name}`,
				obtainedAtMs: nowMs,
				expiresAtMs: nowMs + lifeMs,
			};
		});
	return { state, at, nameAt: async (nowMs: number) => (await at(nowMs)).accessKeyId };
}

const outOfReach = () => new SealboxError('ERR_UNREACHABLE', 'no answer');
const refused = () => new SealboxError('ERR_CREDENTIAL_INVALID', 'no');

test('keys serve until five minutes before their end, and new ones from then on', async () => {
	const { nameAt } = source();
	expect(await nameAt(0)).toBe('keys 1');
	expect(await nameAt(HOUR_MS - 300_001)).toBe('keys 1');
	expect(await nameAt(HOUR_MS - 300_000)).toBe('keys 2');
});

test('the margin of keys with a short life is a quarter of it', async () => {
	const { nameAt } = source(4_000);
	expect(await nameAt(0)).toBe('keys 1');
	expect(await nameAt(2_999)).toBe('keys 1');
	expect(await nameAt(3_000)).toBe('keys 2');
});

test('however many ask at once, one question is asked', async () => {
	const { state, nameAt } = source();
	const names = await Promise.all(Array.from({ length: 200 }, async () => await nameAt(0)));
	expect(new Set(names)).toEqual(new Set(['keys 1']));
	expect(state.asked).toBe(1);
});

test('whoever comes in the very moment of the answer asks no second question', async () => {
	let asked = 0;
	const obtain = async () => {
		asked += 1;
		const life = { obtainedAtMs: 0, expiresAtMs: HOUR_MS };
		return { accessKeyId: 'a', secretAccessKey: 's', sessionToken: 't', ...life };
	};
	const after = async (steps: number) => {
		for (let step = 0; step < steps; step++) await null;
		return await temporaryKeys(identity, 0, obtain);
	};
	await Promise.all(Array.from({ length: 30 }, async (_, steps) => await after(steps)));
	expect(asked).toBe(1);
});

test('while keys are renewed they serve everybody else, and nobody waits', async () => {
	const { state, nameAt } = source();
	await nameAt(0);
	const due = HOUR_MS - 1_000_00;
	const names = await Promise.all([nameAt(due), nameAt(due), nameAt(due)]);
	expect(names).toEqual(['keys 2', 'keys 1', 'keys 1']);
	expect(state.asked).toBe(2);
});

test('a renewal that finds nobody leaves good keys in use, and is tried again after a pause', async () => {
	const { state, nameAt } = source();
	await nameAt(0);
	state.next = outOfReach();
	const due = HOUR_MS - 200_000;
	expect(await nameAt(due)).toBe('keys 1');
	expect(await nameAt(due + 9_999)).toBe('keys 1');
	expect(state.asked).toBe(2);
	state.next = null;
	expect(await nameAt(due + 10_000)).toBe('keys 3');
});

test('when the keys have ended, nobody to renew them is an error', async () => {
	const { state, at } = source();
	await at(0);
	state.next = outOfReach();
	await expect(at(HOUR_MS)).rejects.toThrow('no answer');
});

test('a refusal ends the use of keys that are good still', async () => {
	const { state, at, nameAt } = source();
	await at(0);
	state.next = refused();
	await expect(at(HOUR_MS - 200_000)).rejects.toThrow('no');
	state.next = null;
	expect(await nameAt(HOUR_MS - 200_000)).toBe('keys 3');
});

test('a failure is nobody else’s but of those who waited for it', async () => {
	const { state, at, nameAt } = source();
	state.next = refused();
	const all = await Promise.allSettled([at(0), at(0), at(0)]);
	expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
	expect(state.asked).toBe(1);
	state.next = null;
	expect(await nameAt(0)).toBe('keys 2');
});

test('refused keys are dropped, newer ones are kept', async () => {
	const { nameAt } = source();
	expect(forgetTemporaryKeys(identity, 'token of keys 1')).toBe(false);
	await nameAt(0);
	expect(forgetTemporaryKeys(identity, 'token of keys 1')).toBe(true);
	expect(await nameAt(0)).toBe('keys 2');
	expect(forgetTemporaryKeys(identity, 'token of keys 1')).toBe(true);
	expect(await nameAt(0)).toBe('keys 2');
});

test('a second copy of the module has the same shelf', async () => {
	const { nameAt } = source();
	await nameAt(0);
	await jest.isolateModulesAsync(async () => {
		const copy = await import('../../../src/kinds/aws/temporaryKeys');
		const obtain = () => Promise.reject(new Error('asked again'));
		expect((await copy.temporaryKeys(identity, 1, obtain)).accessKeyId).toBe('keys 1');
	});
});
