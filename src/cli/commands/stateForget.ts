import { ROOT_KEY_RECORD } from '../../host/rootKey';
import { sharedState } from '../../host/sharedState';
import { isSealboxError } from '../../sealing/error';
import type { State } from '../../state/state';
import { EXIT, Refusal, type Command } from '../command';

/** What is sealed with the root key, or a keyed hash made with it. */
const SEALED = ['token/', 'notice/rotated/', 'rotated/'];
const AT_A_TIME = 500;

export const stateForget: Command = {
	name: 'state forget',
	usage: '--yes',
	summary: 'Forget what was sealed with a root key that is lost. Stop n8n before.',
	details: [
		'',
		'Tokens of Sealbox Token credentials are got anew with their next request. A grant whose refresh token',
		'was renewed since it was entered asks for a new one. Deliveries and events that are on record stay.',
		'',
		'  --yes  do it; without it nothing is changed, and what would be is counted',
	],
	options: { yes: { type: 'boolean' } },
	positionals: [0, 0],
	async run({ values }, { env, out }) {
		const state = opened(() => sharedState(env));
		try {
			const isMeant = values.yes === true;
			const count = await forget(state, isMeant);
			const records = `${count} sealed ${count === 1 ? 'record' : 'records'}`;
			out(
				isMeant
					? `Forgot ${records}. The next process that starts notes its root key.`
					: `Would forget ${records}. Nothing was changed: add --yes to do it.`,
			);
			return EXIT.ok;
		} catch (error) {
			throw isSealboxError(error) ? new Refusal(error.message) : error;
		} finally {
			await state.close();
		}
	},
};

function opened(open: () => State): State {
	try {
		return open();
	} catch (error) {
		throw isSealboxError(error) ? new Refusal(error.message) : error;
	}
}

async function forget(state: State, isMeant: boolean): Promise<number> {
	let count = 0;
	for (const prefix of SEALED) {
		if (!isMeant) {
			count += await counted(state, prefix);
			continue;
		}
		for (;;) {
			const keys = await state.keys(prefix, AT_A_TIME);
			if (keys.length === 0) break;
			for (const key of keys) count += (await remove(state, key)) ? 1 : 0;
		}
	}
	if (isMeant) await remove(state, ROOT_KEY_RECORD);
	return count;
}

const MOST_COUNTED = 1_000_000;
const counted = async (state: State, prefix: string): Promise<number> =>
	(await state.keys(prefix, MOST_COUNTED)).length;

async function remove(state: State, key: string): Promise<boolean> {
	const stored = await state.read(key);
	if (stored === null) return false;
	return (await state.swap({ key, expected: stored.version, value: null })) !== null;
}
