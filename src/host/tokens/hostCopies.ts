import { oauth2, type OAuth2Fields } from '../../kinds/oauth2';
import type { Token } from '../../tokens/tokens';
import type { Host } from '../guard/host';
import { accountOf, copyIn, copyWith, isCurrent, isSameGrant, type HostCopy } from './consent';
import { changeStoredCredentials } from './hostCredentials';

const MOST_REMEMBERED = 1_000;

/**
 * n8n's copies of the grants that Sealbox keeps. A copy holds a token that is good now and no refresh token, so
 * that whatever n8n does with it cannot end the grant.
 */
export class HostCopies {
	/** What was changed already, or is being: a run goes on with the fields that it began with. */
	readonly #updates = new Map<string, Promise<void>>();

	/** @param key - secret, for keyed hashes; 32 bytes */
	constructor(
		private readonly host: Host | null,
		private readonly key: Uint8Array,
	) {}

	with(fields: OAuth2Fields, token: Token): HostCopy {
		const copy = copyIn(fields);
		return copyWith(copy, accountOf(copy, this.key), token, Date.now());
	}

	/** Once for each token. A copy that cannot be written is tried again with the next request. */
	async update(fields: OAuth2Fields, token: Token): Promise<void> {
		if (fields.grantType === 'clientCredentials' || isCurrent(copyIn(fields), token)) return;
		const { access_token, refresh_token } = copyIn(fields);
		const change = JSON.stringify([access_token, refresh_token, token.accessToken]);
		const earlier = this.#updates.get(change);
		if (earlier !== undefined) return await earlier;
		if (this.#updates.size >= MOST_REMEMBERED) this.#updates.clear();
		const update = this.#change(fields, (stored) =>
			isCurrent(stored, token)
				? null
				: { oauthTokenData: this.with({ ...fields, oauthTokenData: stored }, token) },
		).catch(() => void this.#updates.delete(change));
		this.#updates.set(change, update);
		await update;
	}

	/** Makes n8n ask for a new consent. */
	async remove(fields: OAuth2Fields): Promise<void> {
		// Where it cannot be written, the grant is refused all the same.
		await this.#change(fields, () => ({ oauthTokenData: undefined })).catch(() => {});
	}

	async #change(
		fields: OAuth2Fields,
		changesFor: (stored: HostCopy) => Record<string, unknown> | null,
	): Promise<void> {
		if (this.host === null) return;
		const copy = copyIn(fields);
		const account = accountOf(copy, this.key);
		await changeStoredCredentials(this.host, oauth2.credentialType, (stored) => {
			const storedCopy = copyIn(stored as OAuth2Fields);
			return isSameGrant(storedCopy, copy, account) ? changesFor(storedCopy) : null;
		});
	}
}
