import type { FoundToken } from '../../sealing/sealedToken';
import type { GuardParts } from './parts';
import { removeMarks } from './marks';
import { OpeningRefused, type Reason } from './refusal';
import { Spots } from './runData/openContent';
import type { Content } from './runData/sealContent';
import { EVERYTHING, type RunNeedles } from './runNeedles';
import type { Run } from './runs';
import { ownerOf, type Tokens } from './tokens';
import { credentialsOf } from './workflows';

/** Opens the tokens of a run, or says why one of them stays closed: then it opens none. */
export class Opener {
	readonly #parts: GuardParts;
	readonly #needles: RunNeedles;
	readonly #tokens: () => Tokens;

	constructor(parts: GuardParts, needles: RunNeedles, tokens: () => Tokens) {
		this.#parts = parts;
		this.#needles = needles;
		this.#tokens = tokens;
	}

	/**
	 * Opens in place every token below `root`, which has to be data that the guard itself has sealed.
	 *
	 * @param run - its workflow id is the database's, never a request's
	 * @returns why nothing was opened, when a token cannot be
	 */
	async open(run: Run, root: object): Promise<OpeningRefused | null> {
		const spots = new Spots(root as Record<string, unknown>);
		const contents = await this.#openAll(run, spots.tokens);
		if (contents instanceof OpeningRefused) return contents;
		const moved = spots.open(contents, this.#parts.form);
		if (moved !== null) return this.#refused(run, moved, 'foreign');
		removeMarks(root);
		return null;
	}

	async #openAll(
		run: Run,
		found: readonly FoundToken[],
	): Promise<Map<string, Content> | OpeningRefused> {
		const tokens = new Map(found.map((token) => [token.text, token]));
		const owners = [...tokens.values()].map(ownerOf).filter((id) => id !== undefined);
		await this.#parts.credentials.learn(new Set(owners));
		const contents = new Map<string, Content>();
		for (const [text, token] of tokens) {
			const content = await this.#openOne(run, token);
			if (content instanceof OpeningRefused) return content;
			contents.set(text, content);
		}
		return contents;
	}

	async #openOne(run: Run, token: FoundToken): Promise<Content | OpeningRefused> {
		const opened = this.#tokens().openOrNull(token, run.workflowId);
		if (opened === null) return this.#refused(run, token, 'foreign');
		const owner = ownerOf(token);
		if (owner === undefined) return opened.content;
		const reason = await this.whyClosed(run, owner, opened.via);
		if (reason !== null) return this.#refused(run, token, reason);
		run.family.add([owner], opened.via);
		// What was not searched once holds secrets that nobody knows.
		if (token.field === EVERYTHING) run.family.tooMuch ??= owner;
		const [kind, value] = opened.content;
		const isKept = kind === 's' && this.#needles.tooMuchIn(run.family) === undefined;
		if (isKept) this.#needles.keep(run, { credential: owner, field: token.field, value });
		return opened.content;
	}

	/** Why what belongs to a credential is not opened for a run; null when it is. */
	async whyClosed(run: Run, owner: string, via: string): Promise<Reason | null> {
		if (!this.#parts.credentials.exists(owner)) return 'deleted';
		return (await this.#isReferenced(run, owner, via)) ? null : 'unreferenced';
	}

	/** By the stored workflow; by what runs only where that is no version of it: a nested workflow. */
	async #isReferenced(run: Run, owner: string, via: string): Promise<boolean> {
		const { workflows } = this.#parts;
		const { nodes = [] } = run;
		if (await workflows.references(via, owner)) return true;
		const isInRun = credentialsOf({ nodes }).has(owner);
		return isInRun && !(await workflows.isVersionOf(run.workflowId, nodes));
	}

	#refused(run: Run, token: FoundToken, reason: OpeningRefused['reason']): OpeningRefused {
		this.#parts.record('guard.refused', {
			workflow: run.workflowId,
			execution: run.executionId,
			credential: ownerOf(token),
			reason,
		});
		return new OpeningRefused(token, reason);
	}
}
