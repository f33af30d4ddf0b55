import { TOKEN_PREFIX, type FoundToken } from '../../sealing/sealedToken';
import type { AnswerPolicy } from './answerPolicy';
import type { CredentialDirectory } from './credentials';
import { MOST_UNITS_SEARCHED, type KnownSecrets } from './learn/known';
import { secretsOf } from './learn/secretsOf';
import type { LearnedSecret } from './learn/shapes';
import { NeedleSet, type Needle } from './needles';
import type { Permissions } from './permissions';
import { OpeningRefused, type Reason } from './refusal';
import { CleanItems, Pass } from './runData/cleanItems';
import { Spots } from './runData/openContent';
import { asStored, ContentSealer, type Content, type StoredForm } from './runData/sealContent';
import { workOnPins, workOnRunData, type ContentWork } from './runData/shape';
import { wholeSealing } from './runData/sealWhole';
import { sealError, sealItems, type Sealing } from './runData/structure';
import { removeMarks, withStoredMark } from './marks';
import { Family, newRun, Runs, type Run } from './runs';
import { ownerOf, type Tokens } from './tokens';
import { credentialsOf, type WorkflowDirectory, type WorkflowView } from './workflows';

/** Puts on record what happened to what; `actor` is the id of a user. Never throws, never waits. */
export type RecordEvent = (
	type: string,
	subject: Readonly<Record<string, string | undefined>>,
	actor?: string,
) => void;

/** What the guard needs of the host it protects. */
export interface GuardParts {
	/** Made once the keys are derived. */
	readonly tokens: Promise<Tokens>;
	readonly known: KnownSecrets;
	readonly credentials: CredentialDirectory;
	readonly workflows: WorkflowDirectory;
	readonly permissions: Permissions;
	/** Ids of credentials that are not protected. */
	readonly excepted: ReadonlySet<string>;
	readonly form: StoredForm;
	readonly answers: AnswerPolicy;
	/** Larger files are not searched; without it there is no limit. */
	readonly mostFileBytes?: number;
	/** For the record of what happened. */
	readonly record: RecordEvent;
}

/** A recorded parent of a run. */
export interface ParentView {
	readonly executionId?: string;
	readonly workflowId?: string;
}

export interface CredentialLink {
	readonly id: string;
	readonly name: string;
}

/** Stands for a secret in what is never read back. */
export const HIDDEN = '[sealed]';

/** Sets of needles that were prepared lately; several runs of a workflow share one. */
const MOST_PREPARED = 64;
const MOST_LATEST = 1_000;

/**
 * Seals what runs carry, and opens it again for those who run it or answer with it.
 *
 * A run has a family (its parents and children), a family has credentials, and these have secrets:
 * the needles for everything that any of its runs writes.
 */
export class Guard {
	readonly runs = new Runs();
	/** False while a seam that opens is missing: then what is sealed could not be read back. */
	isReversible = true;
	/** While the guard is being taken away, nothing that is stored is sealed. */
	isLeaving = false;
	readonly #prepared = new Map<string, NeedleSet>();
	/** What nodes got of each credential last. */
	readonly #latest = new Map<string, { json: string; secrets: readonly LearnedSecret[] }>();
	readonly #clean = new WeakMap<NeedleSet, CleanItems>();
	/** Set before the first run is known. */
	#tokens!: Tokens;

	constructor(readonly parts: GuardParts) {}

	/** The run of an execution, with everything learned that it can carry. */
	async runOf(
		executionId: string | undefined,
		workflow: WorkflowView,
		parent?: ParentView,
	): Promise<Run> {
		this.#tokens = await this.parts.tokens;
		const workflowId = workflow.id ?? '';
		const run =
			executionId === undefined
				? newRun(workflowId, this.runs.get(parent?.executionId)?.family ?? new Family())
				: this.runs.begin(executionId, workflowId, parent?.executionId);
		run.nodes ??= workflow.nodes;
		await this.join(run, workflowId, credentialsOf(workflow));
		if (parent?.workflowId !== undefined && this.runs.get(parent.executionId) === undefined) {
			const inherited = await this.parts.workflows.credentialsOf(parent.workflowId);
			await this.join(run, parent.workflowId, inherited);
		}
		await this.learn(run);
		return run;
	}

	/** The run may carry the secrets of these credentials, as far as the workflow may use them. */
	async join(run: Run, workflowId: string, credentials: Iterable<string>): Promise<void> {
		const { family } = run;
		const unknown = [...credentials].filter((id) => !family.credentials.has(id));
		if (unknown.length === 0) return;
		family.add(await this.parts.permissions.ofWorkflow(workflowId, unknown), workflowId);
	}

	/** The plain form of an object that is more than JSON, as the host would store it. */
	asStored(value: unknown): unknown {
		return asStored(this.parts.form, value);
	}

	/** Learns what the credentials of a run hold now. */
	async learn(run: Run): Promise<void> {
		await this.parts.credentials.learn(run.family.credentials.keys());
	}

	/** What to look for in content that is no value: files. */
	needlesOf(run: Run): NeedleSet {
		return this.#needles(run);
	}

	/** What was opened for this run stays a secret of its family, whatever the credential holds now. */
	keepOpened(run: Run, needle: Needle): void {
		this.#keep(run, needle);
	}

	/** Content without secrets; the same reference when there are none. */
	sealContent<T>(run: Run, content: T): T {
		return this.#sealing(run).seal(content);
	}

	/** The same for a message whose parts have to stay what they are: records and lists. */
	sealParts<T extends object>(run: Run, message: T): T {
		const sealer = this.#sealing(run);
		const parts = Object.entries(message).map(([key, part]) => [key, sealer.seal(part as unknown)]);
		return Object.fromEntries(parts) as T;
	}

	/** Run data with its content sealed, and the mark that it may be opened. */
	sealRunData<T>(run: Run, data: T): T {
		const sealed = this.isLeaving ? data : workOnRunData(data, this.workFor(run));
		return sealed === data ? data : withStoredMark(sealed);
	}

	/** Other data of the host's whose reader looks for the mark: static data. */
	sealMarked<T extends object>(run: Run, data: T): T {
		const sealed = this.isLeaving ? data : this.sealContent(run, data);
		return sealed === data ? data : withStoredMark(sealed);
	}

	/** Pinned data: items by the names of their nodes. The tokens in it stay as they are. */
	sealPins<T>(run: Run, pins: T): T {
		if (this.isLeaving) return pins;
		const sealer = this.#sealing(run, this.#sealer(run).keepingTokens());
		return workOnPins(pins, {
			content: (value) => sealer.seal(value),
			items: (value) => sealItems(sealer, value),
			error: (value) => sealError(sealer, value),
		});
	}

	/** Takes secrets out of something that is never read back. */
	hide<T>(needles: Needle[], value: T): T {
		if (needles.length === 0) return value;
		const make = (needle?: Needle) => (needle === undefined ? TOKEN_PREFIX : HIDDEN);
		return new ContentSealer(this.#prepare(needles), make, this.parts.form).seal(value);
	}

	/** The secrets of stored credentials. */
	async secretsOf(credentials: readonly string[]): Promise<Needle[]> {
		await this.parts.credentials.learn(credentials);
		return this.#known(credentials);
	}

	/** The secrets in the fields of a credential that may not be stored yet; null when they are too much. */
	secretsIn(type: string, data: Record<string, unknown>): Needle[] | null {
		const { secrets, cut } = secretsOf(this.parts.credentials.viewOf(type), data);
		if (
			cut ||
			secrets.reduce((units, { value }) => units + value.length, 0) > MOST_UNITS_SEARCHED
		) {
			return null;
		}
		return secrets.map(({ field, value }) => ({ credential: '', field, value }));
	}

	/** Learns values that a node gets, or that a credential will hold. */
	learnMore(
		link: CredentialLink,
		type: string,
		data: Record<string, unknown>,
	): readonly LearnedSecret[] {
		const { secrets, cut } = secretsOf(this.parts.credentials.viewOf(type), data);
		this.parts.known.learnMore(link.id, link.name, secrets, cut);
		return secrets;
	}

	/** A node of a run gets a credential. */
	learnUse(
		used: { executionId?: string; workflowId?: string; node?: string },
		link: CredentialLink,
		type: string,
		data: Record<string, unknown>,
	): void {
		const secrets = this.#secretsUsed(link, type, data);
		const run = this.runs.get(used.executionId);
		this.parts.record('credential.used', {
			credential: link.id,
			workflow: run?.workflowId ?? used.workflowId,
			node: used.node,
			execution: used.executionId,
		});
		if (run === undefined) return;
		run.family.add([link.id], run.workflowId);
		run.family.hold(link.id, secrets);
	}

	/** Nodes get the same credential for each of many items. */
	#secretsUsed(
		link: CredentialLink,
		type: string,
		data: Record<string, unknown>,
	): readonly LearnedSecret[] {
		const json = JSON.stringify(data);
		const latest = this.#latest.get(link.id);
		if (latest?.json === json) return latest.secrets;
		const secrets = this.learnMore(link, type, data);
		if (this.#latest.size >= MOST_LATEST) this.#latest.clear();
		this.#latest.set(link.id, { json, secrets });
		return secrets;
	}

	/** What is done to the parts of run data when they are sealed. */
	workFor(run: Run): ContentWork {
		const sealer = this.#sealing(run);
		if (this.#tooMuchIn(run.family) !== undefined) {
			return {
				content: (value) => sealer.seal(value),
				items: (value) => sealItems(sealer, value),
				error: (value) => sealError(sealer, this.asStored(value)),
			};
		}
		const clean = this.#cleanItems(this.#needles(run));
		const pass = new Pass();
		return {
			content: (value) => sealer.seal(value),
			items: (value) => {
				if (clean.isClean(value)) {
					pass.note(value);
					return value;
				}
				const fresh = pass.fresh(value);
				if (sealer.seal(fresh) !== fresh) return sealItems(sealer, value);
				pass.note(fresh);
				clean.note(value);
				return value;
			},
			error: (value) => sealError(sealer, this.#isClean(run, value) ? value : this.asStored(value)),
		};
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
		const moved = spots.open(contents, this.parts.form);
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
		await this.parts.credentials.learn(new Set(owners));
		const contents = new Map<string, Content>();
		for (const [text, token] of tokens) {
			const content = await this.#openOne(run, token);
			if (content instanceof OpeningRefused) return content;
			contents.set(text, content);
		}
		return contents;
	}

	async #openOne(run: Run, token: FoundToken): Promise<Content | OpeningRefused> {
		const opened = this.#tokens.openOrNull(token, run.workflowId);
		if (opened === null) return this.#refused(run, token, 'foreign');
		const owner = ownerOf(token);
		if (owner === undefined) return opened.content;
		const reason = await this.whyClosed(run, owner, opened.via);
		if (reason !== null) return this.#refused(run, token, reason);
		run.family.add([owner], opened.via);
		const [kind, value] = opened.content;
		const isKept = kind === 's' && this.#tooMuchIn(run.family) === undefined;
		if (isKept) this.#keep(run, { credential: owner, field: token.field, value });
		return opened.content;
	}

	/** Why what belongs to a credential is not opened for a run; null when it is. */
	async whyClosed(run: Run, owner: string, via: string): Promise<Reason | null> {
		if (!this.parts.credentials.exists(owner)) return 'deleted';
		return (await this.#isReferenced(run, owner, via)) ? null : 'unreferenced';
	}

	/** By the stored workflow; by what runs only where that is no version of it: a nested workflow. */
	async #isReferenced(run: Run, owner: string, via: string): Promise<boolean> {
		const { workflows } = this.parts;
		const { nodes = [] } = run;
		if ((await workflows.credentialsOf(via)).has(owner)) return true;
		const isInRun = credentialsOf({ nodes }).has(owner);
		return isInRun && !(await workflows.isVersionOf(run.workflowId, nodes));
	}

	/** An older value, of a credential that has changed since, stays a secret of this family. */
	#keep(run: Run, needle: Needle): void {
		const isText = needle.value.length <= 16_384;
		if (!isText || this.#needles(run).search(needle.value).value !== needle.value) return;
		run.family.extras.push(needle);
	}

	#refused(run: Run, token: FoundToken, reason: OpeningRefused['reason']): OpeningRefused {
		this.parts.record('guard.refused', {
			workflow: run.workflowId,
			execution: run.executionId,
			credential: ownerOf(token),
			reason,
		});
		return new OpeningRefused(token, reason);
	}

	/** Searching an error as it is may be less than what is stored of it, so a hit only is cheap to see. */
	#isClean(run: Run, value: unknown): boolean {
		const stored = this.asStored(value);
		return this.#needles(run).search(stored).value === stored;
	}

	/** In detail, as long as everything that the run can carry can be searched for. */
	#sealing(run: Run, sealer = this.#sealer(run)): Sealing {
		const credential = this.#tooMuchIn(run.family);
		if (credential === undefined) return sealer;
		return wholeSealing(sealer, { credential, field: 'all', value: '' });
	}

	/** A credential that cannot be searched for, if there is one. */
	#tooMuchIn(family: Family): string | undefined {
		const { known, excepted } = this.parts;
		for (const id of family.credentials.keys()) {
			if (!excepted.has(id) && known.isTooMuch(id)) return id;
		}
		return undefined;
	}

	#sealer(run: Run): ContentSealer {
		const make = (needle: Needle | undefined, content: Content) =>
			this.isReversible
				? this.#tokens.make(run, needle, content)
				: `[sealed: ${needle?.field ?? 'text'}]`;
		const note = () =>
			this.parts.record('guard.sealedWhole', {
				workflow: run.workflowId,
				execution: run.executionId,
			});
		return new ContentSealer(this.#needles(run), make, this.parts.form, note);
	}

	#cleanItems(needles: NeedleSet): CleanItems {
		let clean = this.#clean.get(needles);
		if (clean === undefined) this.#clean.set(needles, (clean = new CleanItems()));
		return clean;
	}

	#needles(run: Run): NeedleSet {
		const { family } = run;
		const { generation } = this.parts.known;
		const prepared = family.prepared;
		if (prepared?.generation === generation && prepared.size === family.size)
			return prepared.needles;
		const needles = this.#prepare(this.#secretsOf(family));
		family.prepared = { needles, generation, size: family.size };
		return needles;
	}

	#secretsOf(family: Family): Needle[] {
		if (this.#tooMuchIn(family) !== undefined) return [];
		const needles = this.#known(family.credentials.keys());
		const values = new Set(needles.map(({ value }) => value));
		const held = [...family.held.values()].filter(
			({ credential, value }) => !values.has(value) && !this.parts.excepted.has(credential),
		);
		return [...needles, ...held, ...family.extras];
	}

	#known(credentials: Iterable<string>): Needle[] {
		const { known, excepted } = this.parts;
		const ids = [...credentials].filter((id) => !excepted.has(id));
		return known.needlesFor(ids).map(({ credentialId, ...secret }) => ({
			credential: credentialId,
			...secret,
		}));
	}

	#prepare(needles: Needle[]): NeedleSet {
		const key = needles
			.map(({ credential, field, value }) => `${credential}\0${field}\0${value}`)
			.join('\0');
		const set = this.#prepared.get(key) ?? new NeedleSet(needles);
		this.#prepared.delete(key);
		this.#prepared.set(key, set);
		if (this.#prepared.size > MOST_PREPARED)
			this.#prepared.delete(this.#prepared.keys().next().value!);
		return set;
	}
}
