import type { Host } from './host';

interface Checker {
	/** @throws when a workflow must not use one of the credentials */
	check(workflowId: string, nodes: object[]): Promise<void>;
	checkForUser(userId: string, nodes: object[]): Promise<void>;
}

/** How long an answer is taken for true, in milliseconds: long for a yes, which most answers are. */
const YES_MS = 30_000;
const NO_MS = 1_000;
const MOST_REMEMBERED = 5_000;

/**
 * Which credentials a workflow may use, by n8n's own rules.
 *
 * Anybody who saves a workflow can write the id of any credential into it. If that were enough to
 * have its secrets searched for, whoever may not use it could try out guesses and see which of them
 * is sealed.
 */
export class Permissions {
	readonly #seen = new Map<string, { isAllowed: boolean; atMs: number }>();

	constructor(
		private readonly host: Host,
		private readonly clock: () => number,
	) {}

	/** @throws Error when the host has no such rules */
	assertPresent(): void {
		const { prototype } = this.#type();
		for (const method of ['check', 'checkForUser']) {
			if (typeof prototype[method] !== 'function') throw new Error(`there is no method ${method}`);
		}
	}

	/** Those of the credentials that a stored workflow may use. */
	async ofWorkflow(workflowId: string, ids: Iterable<string>): Promise<Set<string>> {
		return await this.#allowed(workflowId, ids, async (id) => {
			await this.#checker().check(workflowId, [nodeWith(id)]);
		});
	}

	/** Those that a user may use, for a workflow which is not stored yet. */
	async ofUser(userId: string, ids: Iterable<string>): Promise<Set<string>> {
		return await this.#allowed(`user ${userId}`, ids, async (id) => {
			await this.#checker().checkForUser(userId, [nodeWith(id)]);
		});
	}

	async #allowed(
		who: string,
		ids: Iterable<string>,
		check: (id: string) => Promise<void>,
	): Promise<Set<string>> {
		const allowed = new Set<string>();
		for (const id of ids)
			if (await this.#isAllowed(`${who} ${id}`, () => check(id))) allowed.add(id);
		return allowed;
	}

	async #isAllowed(key: string, check: () => Promise<void>): Promise<boolean> {
		const seen = this.#seen.get(key);
		const age = this.clock() - (seen?.atMs ?? 0);
		if (seen !== undefined && age < (seen.isAllowed ? YES_MS : NO_MS)) return seen.isAllowed;
		const isAllowed = await check().then(
			() => true,
			() => false,
		);
		this.#seen.delete(key);
		this.#seen.set(key, { isAllowed, atMs: this.clock() });
		if (this.#seen.size > MOST_REMEMBERED) this.#seen.delete(this.#seen.keys().next().value!);
		return isAllowed;
	}

	#checker(): Checker {
		return this.host.service<Checker>(this.#type());
	}

	#type() {
		const file = 'executions/pre-execution-checks/credentials-permission-checker';
		return this.host.classOf(this.host.own(file), 'CredentialsPermissionChecker');
	}
}

/** A node of no known type: what it uses does not depend on its parameters. */
const nodeWith = (id: string): object => ({
	name: '',
	type: '',
	typeVersion: 1,
	parameters: {},
	credentials: { any: { id } },
});
