import { announceMinted } from '../../kinds/announce';
import { parseFields, secretsOf, type Fields } from '../../kinds/kind';
import { oauth2, type OAuth2Fields } from '../../kinds/oauth2';
import { token, type TokenFields } from '../../kinds/token';
import { isSealboxError, SealboxError } from '../../sealing/error';
import type { Source } from '../../tokens/issued';
import type { Told } from '../../tokens/revocation';
import type { Standing } from '../../tokens/standing';
import type { Token, Tokens } from '../../tokens/tokens';
import type { Host } from '../guard/host';
import { consentedSource, isKeptHere, type HostCopy } from './consent';
import { HostCopies } from './hostCopies';
import { renewThroughSealbox } from './hostRenewal';
import { sourceOf } from './source';

export type GrantOperation = 'status' | 'tryAgain' | 'revoke';

/** Nothing of it is secret. */
export interface GrantReport extends Standing {
	/** After a revocation. */
	readonly serviceTold?: Told;
}

export interface GrantParts {
	readonly tokens: Tokens;
	/** Secret, for keyed hashes; 32 bytes. */
	readonly key: Uint8Array;
	/** `null` in a process that is no n8n. */
	readonly host: Host | null;
	/** A token of this grant was given out. */
	onUse(source: Source): Promise<void>;
}

/** The grants of this n8n's credentials, as nodes and credentials reach them. */
export class Grants {
	readonly #given = new GivenTokens();
	readonly #copies: HostCopies;

	constructor(private readonly parts: GrantParts) {
		const { host, key } = parts;
		this.#copies = new HostCopies(host, key);
		if (host !== null) renewThroughSealbox(host, async (refused) => await this.#after(refused));
	}

	/** A token of a Sealbox Token credential, and another one for one that was refused. */
	async tokenOf(fields: Fields, refused: string | undefined): Promise<string> {
		const source = sourceOf(fields as TokenFields, this.parts.key);
		return (await this.#get(source, refused)).accessToken;
	}

	/** A token of a Sealbox OAuth2 credential; n8n's copy of the grant is brought up to date. */
	async consentedTokenOf(fields: Fields, refused: string | undefined): Promise<string> {
		return (await this.#getConsented(fields as OAuth2Fields, refused)).accessToken;
	}

	/**
	 * What n8n's own requests go on with in the place of fields of the credential: its copy of the grant, and the
	 * status that tells it to ask for another token. Empty where n8n renews the grant itself.
	 */
	async fieldsFor(
		fields: Fields,
	): Promise<{ oauthTokenData?: HostCopy; tokenExpiredStatusCode?: number }> {
		const known = parseFields(oauth2, fields);
		// Without a refresh token nothing can be spent twice.
		if (!isKeptHere(known) || known.grantType === 'clientCredentials') return {};
		const got = await this.#getConsented(known);
		const origin = secretsOf(oauth2, known).map(({ value }) => value);
		announceMinted(origin, [{ name: 'token', value: got.accessToken }]);
		const oauthTokenData = this.#copies.with(known, got);
		const isOther = Number(known.tokenExpiredStatusCode) !== 401;
		const isFresh = isOther && (await this.isFresh(got.accessToken));
		return { oauthTokenData, ...(isFresh ? { tokenExpiredStatusCode: 401 } : {}) };
	}

	/**
	 * Whether a token that this process gave out is, by the end that its service told, good for a while. Of any
	 * other token nobody knows.
	 */
	async isFresh(accessToken: string): Promise<boolean> {
		const source = this.#given.sourceOf(accessToken);
		return source !== null && (await this.parts.tokens.isFresh(source, accessToken));
	}

	/** An API has taken this token. */
	async proven(accessToken: string): Promise<void> {
		const source = this.#given.unproven(accessToken);
		// The request has been answered, whatever becomes of the note.
		if (source !== null) await this.parts.tokens.proven(source, accessToken).catch(() => {});
	}

	/**
	 * What a person does with the grant of a credential.
	 *
	 * @throws SealboxError `ERR_CREDENTIAL_INVALID` when there is no consent that could be revoked
	 */
	async onGrant(
		operation: GrantOperation,
		credentialType: string,
		fields: Fields,
	): Promise<GrantReport> {
		const isOAuth2 = credentialType === oauth2.credentialType;
		const source = isOAuth2
			? consentedSource(parseFields(oauth2, fields), this.parts.key)
			: sourceOf(parseFields(token, fields), this.parts.key);
		if (operation === 'tryAgain') {
			await this.parts.tokens.tryAgain(source);
			await this.#get(source);
		}
		if (operation !== 'revoke') return await this.parts.tokens.standing(source);
		assertConsented(source);
		const serviceTold = await this.parts.tokens.revoke(source);
		if (isOAuth2) await this.#copies.remove(fields as OAuth2Fields);
		return { ...(await this.parts.tokens.standing(source)), serviceTold };
	}

	async #get(source: Source, refused?: string): Promise<Token> {
		const got = await this.parts.tokens.get(source, refused);
		this.#given.add(got.accessToken, source);
		await this.parts.onUse(source);
		return got;
	}

	async #getConsented(fields: OAuth2Fields, refused?: string): Promise<Token> {
		const source = consentedSource(fields, this.parts.key);
		const got = await this.#get(source, refused).catch(async (error: unknown) => {
			const isRevoked = isSealboxError(error) && error.code === 'ERR_TOKEN_REVOKED';
			if (isRevoked) await this.#copies.remove(fields);
			throw error;
		});
		await this.#copies.update(fields, got);
		return got;
	}

	/** The token after one that was refused; `null` for one that is not ours. */
	async #after(refused: string): Promise<string | null> {
		const source = this.#given.sourceOf(refused);
		return source === null ? null : (await this.#get(source, refused)).accessToken;
	}
}

/** A grant that needs nobody's consent would be there again with the next request, or never. */
function assertConsented({ consent }: Source): void {
	if (consent !== undefined) return;
	throw new SealboxError(
		'ERR_CREDENTIAL_INVALID',
		'Only what a person has consented to can be revoked. This grant proves the app itself: take its rights away at the service.',
	);
}

const MOST_GIVEN = 1_000;

/** The latest tokens that this process was given, by what gave them. */
class GivenTokens {
	readonly #given = new Map<string, { source: Source; isProven: boolean }>();

	add(accessToken: string, source: Source): void {
		const isProven = this.#given.get(accessToken)?.isProven ?? false;
		if (this.#given.size >= MOST_GIVEN && !this.#given.has(accessToken)) this.#given.clear();
		this.#given.set(accessToken, { source, isProven });
	}

	sourceOf(accessToken: string): Source | null {
		return this.#given.get(accessToken)?.source ?? null;
	}

	/** The source of a token that nobody has said to be good so far. */
	unproven(accessToken: string): Source | null {
		const given = this.#given.get(accessToken);
		if (given === undefined || given.isProven) return null;
		given.isProven = true;
		return given.source;
	}
}
