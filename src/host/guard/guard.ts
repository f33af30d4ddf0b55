import { TOKEN_PREFIX } from '../../sealing/sealedToken';
import { MOST_UNITS_SEARCHED } from './learn/known';
import { secretsOf } from './learn/secretsOf';
import type { LearnedSecret } from './learn/shapes';
import type { Needle, NeedleSet } from './needles';
import { Opener } from './opener';
import type { GuardParts } from './parts';
import { Pass } from './runData/cleanItems';
import { handedOnIn } from './runData/cleanTasks';
import { asStored, ContentSealer, type Content } from './runData/sealContent';
import { workOnPins, workOnRunData, type ContentWork } from './runData/shape';
import { WholeLooks } from './runData/wholeLooks';
import { wholeSealing, wholeSealingAround } from './runData/sealWhole';
import { sealError, sealItems, type Sealing } from './runData/structure';
import { withStoredMark } from './marks';
import { RunNeedles } from './runNeedles';
import { Family, newRun, Runs, type Run } from './runs';
import type { Tokens } from './tokens';
import { credentialsOf, type WorkflowView } from './workflows';

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
	readonly needles: RunNeedles;
	readonly opener: Opener;
	/** What nodes got of each credential last. */
	readonly #latest = new Map<string, { json: string; secrets: readonly LearnedSecret[] }>();
	/** Runs in whose data a secret was found. */
	readonly #holdingSecrets = new WeakSet<Run>();
	readonly #looks = new WholeLooks();
	/** Set before the first run is known. */
	#tokens!: Tokens;

	constructor(readonly parts: GuardParts) {
		this.needles = new RunNeedles(parts);
		this.opener = new Opener(parts, this.needles, () => this.#tokens);
	}

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

	/**
	 * Run data with its content sealed, and the mark that it may be opened.
	 *
	 * @param isPassing - it will soon be stored again
	 */
	sealRunData<T>(run: Run, data: T, isPassing = false): T {
		const sealed = this.isLeaving ? data : this.#sealedRunData(run, data, isPassing);
		return sealed === data ? data : withStoredMark(sealed);
	}

	/** Nothing is trusted where a secret was found, or something was changed that was clean before. */
	#sealedRunData<T>(run: Run, data: T, isPassing: boolean): T {
		const isTrusting = isPassing && !this.#holdingSecrets.has(run) && !this.#looks.isDue(run);
		if (isTrusting) {
			const pass = new Pass(true, handedOnIn(data));
			const isClean = workOnRunData(data, this.workFor(run, pass)) === data;
			if (isClean && !pass.hasSeenChange) return data;
		}
		const sealed = this.#looks.look(run, () => workOnRunData(data, this.workFor(run)));
		if (sealed !== data) this.#holdingSecrets.add(run);
		return sealed;
	}

	/** Other data of the host's whose reader looks for the mark: static data. */
	sealMarked<T extends object>(run: Run, data: T): T {
		const sealed = this.isLeaving ? data : this.sealContent(run, data);
		return sealed === data ? data : withStoredMark(sealed);
	}

	/** Pinned data: items by the names of their nodes. The tokens in it stay as they are. */
	sealPins<T>(run: Run, pins: T): T {
		if (this.isLeaving) return pins;
		const sealer = this.#sealing(run, this.#sealer(run).keepingTokens(), wholeSealingAround);
		return workOnPins(pins, {
			content: (value) => sealer.seal(value),
			items: (value) => sealItems(sealer, value, run.nodes),
			error: (value) => sealError(sealer, value),
		});
	}

	/** Takes secrets out of something that is never read back. */
	hide<T>(needles: Needle[], value: T): T {
		return needles.length === 0 ? value : this.#hide(this.needles.prepare(needles), value);
	}

	/** The same for the secrets that a run can carry; null when they are too much to be searched for. */
	hideOf<T>(run: Run, value: T): T | null {
		const isTooMuch = this.needles.tooMuchIn(run.family) !== undefined;
		return isTooMuch ? null : this.#hide(this.needles.of(run), value);
	}

	/** Whether bytes hold a secret that a run can carry; true also when they are too much to be searched for. */
	isSecretIn(run: Run, bytes: Buffer): boolean {
		const isTooMuch = this.needles.tooMuchIn(run.family) !== undefined;
		return isTooMuch || this.needles.of(run).searchBytes(bytes).length > 0;
	}

	#hide<T>(needles: NeedleSet, value: T): T {
		const make = (needle?: Needle) => (needle === undefined ? TOKEN_PREFIX : HIDDEN);
		return new ContentSealer(needles, make, this.parts.form).seal(value);
	}

	/** The secrets of stored credentials. */
	async secretsOf(credentials: readonly string[]): Promise<Needle[]> {
		await this.parts.credentials.learn(credentials);
		return this.needles.known(credentials);
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
		this.#hold(run.family, link.id, secrets);
	}

	/**
	 * Secrets were made out of others: whatever is running may carry them.
	 *
	 * @param origin - values of the credential
	 */
	learnMinted(origin: readonly string[], secrets: readonly LearnedSecret[]): void {
		const owners = this.parts.known.learnMinted(origin, secrets);
		for (const { family } of owners.length === 0 ? [] : this.runs.active()) {
			const own = owners.find((id) => family.credentials.has(id));
			if (own !== undefined) this.#hold(family, own, secrets);
		}
	}

	#hold(family: Family, credential: string, secrets: readonly LearnedSecret[]): void {
		const { known } = this.parts;
		family.hold(credential, secrets, (value) => known.isStored(credential, value));
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
	workFor(run: Run, pass = new Pass()): ContentWork {
		const sealer = this.#sealing(run);
		if (this.needles.tooMuchIn(run.family) !== undefined) {
			return {
				content: (value) => sealer.seal(value),
				items: (value) => sealItems(sealer, value, run.nodes),
				error: (value) => sealError(sealer, this.asStored(value)),
			};
		}
		const { items: clean, tasks } = this.needles.clean(this.needles.of(run));
		const sealed = (value: unknown[], isKept: boolean) => {
			const fresh = clean.unsearched(value, pass, isKept);
			if (fresh.length === 0) return value;
			if (sealer.seal(fresh) !== fresh) return sealItems(sealer, value, run.nodes);
			clean.note(fresh, pass);
			return value;
		};
		return {
			undone: (runs) => tasks.unsearched(runs, pass),
			noteDone: (runs, place) => tasks.note(runs, place),
			content: (value) => sealer.seal(value),
			items: (value) => sealed(value, false),
			kept: (value) => sealed(value, true),
			error: (value) => sealError(sealer, this.#isClean(run, value) ? value : this.asStored(value)),
		};
	}

	/** Searching an error as it is may be less than what is stored of it, so a hit only is cheap to see. */
	#isClean(run: Run, value: unknown): boolean {
		const stored = this.asStored(value);
		return this.needles.of(run).search(stored).value === stored;
	}

	/** In detail, as long as everything that the run can carry can be searched for. */
	#sealing(run: Run, sealer = this.#sealer(run), whole = wholeSealing): Sealing {
		const all = this.needles.unsearchableIn(run.family);
		return all === undefined ? sealer : whole(sealer, all);
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
		return new ContentSealer(this.needles.of(run), make, this.parts.form, note);
	}
}
