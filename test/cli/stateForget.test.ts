import { claimStore, rootKeyOf } from '../../src/host/rootKey';
import { rotationOf } from '../../src/host/rotations';
import { sharedState } from '../../src/host/sharedState';
import { ready } from '../../src/sealing/sodium';
import { Home } from './terminal';

/** A store whose root key is lost can be used again, without what was sealed with it. */

let home: Home;
beforeEach(async () => {
	await ready;
	home = new Home();
	home.env.N8N_ENCRYPTION_KEY = 'the key that is lost';
	const state = sharedState(home.env);
	await claimStore(state, rootKeyOf(home.env));
	await state.swap({ key: 'token/1', expected: 0, value: 'sealed' });
	await state.swap({ key: 'circuit/1', expected: 0, value: 'public' });
	await state.close();
});
afterEach(() => home.remove());

const claim = async (env: Home['env']) => {
	const state = sharedState(env);
	try {
		await claimStore(state, rootKeyOf(env));
		return await state.keys('', 10);
	} finally {
		await state.close();
	}
};

test('without --yes it is counted and stays', async () => {
	const { exitCode, out } = await home.sealbox('state', 'forget');
	expect([exitCode, out]).toEqual([0, expect.stringContaining('Would forget 1 sealed record.')]);
	expect(await claim(home.env)).toEqual(['circuit/1', 'root-key', 'token/1']);
});

test('with --yes another root key may take the store', async () => {
	const other = { ...home.env, N8N_ENCRYPTION_KEY: 'another key' };
	await expect(claim(other)).rejects.toMatchObject({ code: 'ERR_KEY_UNKNOWN' });
	expect((await home.sealbox('state', 'forget', '--yes')).out).toContain('Forgot 1 sealed record.');
	expect(await claim(other)).toEqual(['circuit/1', 'root-key']);
	await expect(claim(home.env)).rejects.toThrow(/sealbox state forget/);
});

test('what a rotation kept that died is forgotten', async () => {
	const state = sharedState(home.env);
	await state.swap({ key: rotationOf('c1').progress, expected: 0, value: 'started 0 sealed' });
	await state.close();
	await home.sealbox('state', 'forget', '--yes');
	const other = { ...home.env, N8N_ENCRYPTION_KEY: 'another key' };
	expect(await claim(other)).toEqual(['circuit/1', 'root-key']);
});

test('a store that is not there is a sentence', async () => {
	home.env.SEALBOX_STATE = 'postgres';
	const { exitCode, err } = await home.sealbox('state', 'forget');
	expect([exitCode, err]).toEqual([1, expect.stringContaining('DB_TYPE=postgresdb')]);
});
