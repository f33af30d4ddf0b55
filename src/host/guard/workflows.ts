import type { Host } from './host';

interface NodeView {
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

/** What the database says of workflows. */
export class WorkflowDirectory {
	readonly #seen = new Map<string, { credentials: Promise<Set<string>>; atMs: number }>();

	constructor(
		private readonly host: Host,
		private readonly clock: () => number,
	) {}

	/** The credentials that the saved workflow or its active version references; none when it is gone. */
	async credentialsOf(workflowId: string): Promise<Set<string>> {
		const now = this.clock();
		const seen = this.#seen.get(workflowId);
		if (seen !== undefined && now - seen.atMs < FRESH_MS) return await seen.credentials;
		const credentials = this.#ask(workflowId);
		this.#seen.set(workflowId, { credentials, atMs: now });
		if (this.#seen.size > 1_000) this.#seen.delete(this.#seen.keys().next().value!);
		return await credentials;
	}

	async #ask(id: string): Promise<Set<string>> {
		const repository = this.host.service<{ findOne(query: object): Promise<WorkflowView | null> }>(
			this.host.classOf(this.host.package('@n8n/db'), 'WorkflowRepository'),
		);
		return credentialsOf(
			await repository.findOne({ where: { id }, relations: { activeVersion: true } }),
		);
	}
}
