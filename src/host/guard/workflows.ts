import type { Host } from './host';

export interface NodeView {
	readonly id?: string;
	readonly name?: string;
	readonly credentials?: Record<string, { id?: string | null } | undefined>;
}

/** A workflow as runs carry it, or as the database holds it. */
export interface WorkflowView {
	readonly id?: string;
	readonly nodes?: readonly NodeView[];
	readonly activeVersion?: { readonly nodes?: readonly NodeView[] } | null;
}

const FRESH_MS = 1_000;

/** The ids of the credentials that a workflow's nodes reference. */
export function credentialsOf(workflow: WorkflowView | null | undefined): Set<string> {
	const nodes = [...(workflow?.nodes ?? []), ...(workflow?.activeVersion?.nodes ?? [])];
	const ids = new Set<string>();
	for (const node of nodes) {
		for (const link of Object.values(node.credentials ?? {})) if (link?.id) ids.add(link.id);
	}
	return ids;
}

/** A workflow as it is stored now, its active version included. */
interface Saved {
	readonly credentials: Set<string>;
	readonly nodeIds: ReadonlySet<string | undefined>;
}

/** What the database says of workflows. */
export class WorkflowDirectory {
	readonly #seen = new Map<string, { saved: Promise<Saved>; atMs: number }>();

	constructor(
		private readonly host: Host,
		private readonly clock: () => number,
	) {}

	/** The credentials that the saved workflow or its active version references; none when it is gone. */
	async credentialsOf(workflowId: string): Promise<Set<string>> {
		return (await this.#saved(workflowId)).credentials;
	}

	/** The same, asked anew when what was seen a moment ago does not say so: somebody may just have put it right. */
	async references(workflowId: string, credential: string): Promise<boolean> {
		if ((await this.credentialsOf(workflowId)).has(credential)) return true;
		this.#seen.delete(workflowId);
		return (await this.credentialsOf(workflowId)).has(credential);
	}

	/** Whether the nodes are an earlier or later version of the saved ones, not of another workflow. */
	async isVersionOf(workflowId: string, nodes: readonly NodeView[]): Promise<boolean> {
		const { nodeIds } = await this.#saved(workflowId);
		return nodes.some(({ id }) => id !== undefined && nodeIds.has(id));
	}

	async #saved(workflowId: string): Promise<Saved> {
		const now = this.clock();
		const seen = this.#seen.get(workflowId);
		if (seen !== undefined && now - seen.atMs < FRESH_MS) return await seen.saved;
		const saved = this.#ask(workflowId);
		this.#seen.set(workflowId, { saved, atMs: now });
		if (this.#seen.size > 1_000) this.#seen.delete(this.#seen.keys().next().value!);
		return await saved;
	}

	async #ask(id: string): Promise<Saved> {
		const repository = this.host.service<{ findOne(query: object): Promise<WorkflowView | null> }>(
			this.host.classOf(this.host.package('@n8n/db'), 'WorkflowRepository'),
		);
		const found = await repository.findOne({ where: { id }, relations: { activeVersion: true } });
		const nodes = [...(found?.nodes ?? []), ...(found?.activeVersion?.nodes ?? [])];
		return { credentials: credentialsOf(found), nodeIds: new Set(nodes.map((node) => node.id)) };
	}
}
