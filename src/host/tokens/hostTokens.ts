import { join } from 'node:path';
import type { Circumstances } from '../../kinds/kind';
import { oauth2 } from '../../kinds/oauth2';
import { keysetOfKey } from '../../sealing/keysetOfKey';
import { ready } from '../../sealing/sodium';
import type { State } from '../../state/state';
import type { Source } from '../../tokens/issued';
import { Tokens } from '../../tokens/tokens';
import type { Environment } from '../installation';
import { claimStore, rootKeyOf, takeRootKey } from '../rootKey';
import { processState, sealboxFolder, sharedState } from '../sharedState';
import { Grants } from './grants';
import { runningHost } from './hostCredentials';
import { KeepAlive } from './keepAlive';

/** The tokens of this n8n, as nodes and credentials reach them. */
export type HostTokens = Pick<
	Grants,
	'tokenOf' | 'consentedTokenOf' | 'fieldsFor' | 'isFresh' | 'proven' | 'onGrant'
> & {
	/** Announces tokens and grants that end soon. Rejects with what the store throws. */
	lookAhead(): Promise<void>;
};

const PORT = Symbol.for('sealbox.tokens.v1');
type Process = typeof globalThis & { [PORT]?: Promise<HostTokens> };

/**
 * One for the process: an update in the editor loads this module a second time, and callers have to share
 * their renewals all the same.
 */
export function hostTokens(): Promise<HostTokens> {
	const here = globalThis as Process;
	takeRootKey(process.env);
	here[PORT] ??= openOwn();
	// What failed is tried again with the next request.
	here[PORT].catch(() => delete here[PORT]);
	return here[PORT];
}

const openOwn = async (): Promise<HostTokens> => await openTokens(process.env, processState());

/** What authenticating with credentials of a type needs within n8n. */
export const hostCircumstances = (credentialType: string): Circumstances => ({
	now: Date.now,
	tokenOf: async (fields, refused) => {
		const tokens = await hostTokens();
		return credentialType === oauth2.credentialType
			? await tokens.consentedTokenOf(fields, refused)
			: await tokens.tokenOf(fields, refused);
	},
});

export async function openTokens(env: Environment, shared?: State): Promise<HostTokens> {
	await ready;
	const root = rootKeyOf(env);
	const fingerprintKey = root.derive('sealbox/token-fingerprint/v1');
	const state = shared ?? sharedState(env);
	await claimStore(state, root).catch(async (error: unknown) => {
		if (shared === undefined) await state.close();
		throw error;
	});
	const tokens = new Tokens({
		state,
		keyset: keysetOfKey(root.derive('sealbox/token/v1')),
		fingerprintKey,
		folder: join(sealboxFolder(env), 'journal'),
		clock: Date.now,
		random: Math.random,
	});
	const keepAlive = new KeepAlive(tokens, Date.now);
	const onUse = async (source: Source) => {
		keepAlive.use(source);
	};
	const grants = new Grants({ tokens, key: fingerprintKey, host: runningHost(), onUse });
	return Object.assign(grants, { lookAhead: () => tokens.lookAhead() });
}
