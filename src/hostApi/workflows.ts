import { SealboxError } from '../sealing/error';
import { path, type HostApi, type Json, type Range } from './client';

/** Workflows through n8n's public API. */

interface NodeView {
	readonly name?: string;
	readonly type?: string;
	readonly disabled?: boolean;
	readonly credentials?: Readonly<Record<string, { readonly id?: string | null } | undefined>>;
}

export interface WorkflowView extends Json {
	readonly id: string;
	readonly name: string;
	readonly active: boolean;
	readonly isArchived?: boolean;
	readonly nodes?: readonly NodeView[];
	readonly activeVersion?: { readonly nodes?: readonly NodeView[] } | null;
}

/** A workflow that uses a credential, and where in it. */
export interface Use {
	readonly id: string;
	readonly name: string;
	/** A credential of an active workflow is in use whenever its trigger fires. */
	readonly active: boolean;
	readonly nodes: readonly string[];
	/** Nodes of the version that runs, where that is not the one being edited. */
	readonly publishedNodes: readonly string[];
}

export interface WorkflowFilters extends Range {
	readonly name?: string;
	readonly active?: boolean;
	readonly tags?: string;
}

const SUBJECT = 'The workflow';

export async function listWorkflows(api: HostApi, filters: WorkflowFilters): Promise<Json[]> {
	const { name, active, tags, ...range } = filters;
	const query = { name, active, tags, excludePinnedData: true };
	const found = await api.list({ path: '/workflows', query, subject: 'The list' }, range);
	return found.map(summaryOf);
}

export const getWorkflow = async (api: HostApi, id: string): Promise<WorkflowView> =>
	(await api.ask({
		path: path`/workflows/${id}`,
		query: { excludePinnedData: true },
		subject: SUBJECT,
	})) as WorkflowView;

/** What n8n takes of a workflow when it is written. */
const WRITABLE = ['name', 'nodes', 'connections', 'settings', 'staticData'] as const;

const bodyOf = (workflow: Json): Json => ({
	connections: {},
	settings: {},
	...Object.fromEntries(
		WRITABLE.filter((name) => workflow[name] !== undefined && workflow[name] !== null).map(
			(name) => [name, workflow[name]],
		),
	),
});

/** @param workflow - as n8n exports it; what the API does not take is left out */
export async function createWorkflow(api: HostApi, workflow: Json): Promise<Json> {
	const body = bodyOf(workflow);
	return summaryOf(await api.ask({ method: 'POST', path: '/workflows', body, subject: SUBJECT }));
}

/** Replaces what is given; an active workflow then runs the new version. */
export async function updateWorkflow(api: HostApi, id: string, changes: Json): Promise<Json> {
	const { name, nodes, connections, settings } = await getWorkflow(api, id);
	const body = bodyOf({ name, nodes, connections, settings, ...changes });
	const question = { method: 'PUT', path: path`/workflows/${id}`, body, subject: SUBJECT } as const;
	return summaryOf(await api.ask(question));
}

export async function switchWorkflow(api: HostApi, id: string, active: boolean): Promise<Json> {
	const place = active ? path`/workflows/${id}/activate` : path`/workflows/${id}/deactivate`;
	const question = { method: 'POST', path: place, body: {}, subject: SUBJECT } as const;
	return summaryOf(await api.ask(question));
}

/** Deletes it for good, with its executions. */
export async function deleteWorkflow(api: HostApi, id: string): Promise<Json> {
	const question = { method: 'DELETE', path: path`/workflows/${id}`, subject: SUBJECT } as const;
	return summaryOf(await api.ask(question));
}

/** The workflows whose nodes use a credential, active ones first: what a change of it touches. */
export async function workflowsUsing(api: HostApi, credentialId: string): Promise<Use[]> {
	const id = credentialId.trim();
	if (id === '') {
		throw new SealboxError('ERR_VALUE_INVALID', 'Credential is empty. Choose the credential.');
	}
	const uses: Use[] = [];
	const query = { excludePinnedData: true };
	for await (const entry of api.each({ path: '/workflows', query, subject: 'The list' })) {
		const workflow = entry as WorkflowView;
		const nodes = namesUsing(workflow.nodes, id);
		const publishedNodes = namesUsing(workflow.activeVersion?.nodes, id);
		if (nodes.length + publishedNodes.length === 0) continue;
		const { name, active } = workflow;
		uses.push({ id: String(workflow.id), name, active: active === true, nodes, publishedNodes });
	}
	return uses.sort((a, b) => Number(b.active) - Number(a.active));
}

/** @throws SealboxError `ERR_ROTATION_REFUSED` for a workflow that would prove nothing about a credential */
export async function assertUses(api: HostApi, id: string, credentialId: string): Promise<void> {
	const { nodes, activeVersion } = await getWorkflow(api, id);
	const version = activeVersion?.nodes ?? nodes;
	if (namesUsing(version, credentialId).length > 0) return;
	throw new SealboxError(
		'ERR_ROTATION_REFUSED',
		'The credential was not rotated. The workflow under Test does not use it, so that it proves nothing. Choose one that does.',
	);
}

const namesUsing = (nodes: readonly NodeView[] = [], credentialId: string): string[] =>
	nodes
		.filter(({ credentials = {} }) =>
			Object.values(credentials).some((credential) => credential?.id === credentialId),
		)
		.map(({ name = '' }) => name);

/** Without nodes, pinned and static data: what a list is read for. */
const summaryOf = ({ nodes, ...workflow }: Json): Json => ({
	...Object.fromEntries(
		SHOWN.map((name) => [name, workflow[name]]).filter(([, value]) => value !== undefined),
	),
	nodeCount: Array.isArray(nodes) ? nodes.length : 0,
});
const SHOWN = [
	'id',
	'name',
	'active',
	'isArchived',
	'createdAt',
	'updatedAt',
	'tags',
	'triggerCount',
];
