import {
	credentialOf,
	openTokenOrNull,
	sealToken,
	tokenCredential,
	tokenField,
	type FoundToken,
	type TokenKey,
} from '../../sealing/sealedToken';
import type { Needle } from './needles';
import type { Content } from './runData/sealContent';
import type { Run } from './runs';

/** Stands in a token for the credential of text that belongs to nobody. */
export const NOBODY = '-';
const MOST_REMEMBERED = 10_000;

/** What an opened token holds. */
export interface Opened {
	readonly content: Content;
	/** The workflow that references the credential: the token's own, or a parent or child of it. */
	readonly via: string;
}

/** Makes and opens the tokens of one instance of the host. */
export class Tokens {
	constructor(
		private readonly key: TokenKey,
		private readonly instanceId: string,
	) {}

	make(run: Run, needle: Needle | undefined, content: Content): string {
		const name = {
			credential: needle === undefined ? NOBODY : tokenCredential(needle.credential),
			field: tokenField(needle?.field ?? 'text'),
		};
		const via = run.family.credentials.get(needle?.credential ?? '') ?? run.workflowId;
		const json = JSON.stringify([...content, via]);
		const remembered = `${name.credential}.${name.field}.${json}`;
		let token = run.tokens.get(remembered);
		if (token === undefined) {
			token = sealToken(this.key, name, this.#place(run.workflowId), run.executionId ?? '', json);
			if (run.tokens.size < MOST_REMEMBERED) run.tokens.set(remembered, token);
		}
		return token;
	}

	/** `null` when it was made elsewhere, for another workflow, or was altered. */
	openOrNull(token: FoundToken, workflowId: string): Opened | null {
		const json = openTokenOrNull(this.key, token, this.#place(workflowId));
		if (json === null) return null;
		const fields = JSON.parse(json) as unknown[];
		return { content: fields.slice(0, -1) as unknown as Content, via: String(fields.at(-1)) };
	}

	#place(workflowId: string): string[] {
		return [this.instanceId, workflowId];
	}
}

/** Id of the credential that a token names; undefined when it belongs to nobody. */
export const ownerOf = (token: FoundToken): string | undefined =>
	token.credential === NOBODY ? undefined : credentialOf(token.credential);
