import type { Client } from '../client.ts';

interface Entry {
	id: string;
	status: string;
}

/** The latest runs of a workflow, at most 100, newest first. */
export async function listExecutions(client: Client, workflowId: string): Promise<Entry[]> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId }));
	const path = `/rest/executions?limit=100&filter=${filter}`;
	const { results } = await client.get<{ results: Entry[] }>(path);
	return results;
}

/** Whatever an editor and a caller of the public API may ask n8n for. Executions come with their data. */
export async function readEverything(client: Client, apiKey: string): Promise<void> {
	for (const path of PUBLIC) await client.read(path, apiKey);
	for (const { id } of await client.get<Entry[]>('/rest/workflows')) {
		await client.read(`/rest/workflows/${id}`);
		for (const execution of await listExecutions(client, id)) {
			await client.read(`/rest/executions/${execution.id}`);
			await client.read(`/api/v1/executions/${execution.id}?includeData=true`, apiKey);
		}
	}
}

const PUBLIC = ['/api/v1/executions?limit=250&includeData=true', '/api/v1/workflows?limit=250'];

const SCOPES = ['execution:list', 'execution:read', 'workflow:list', 'workflow:read'];

/** A key to the public API; without scopes, for reading executions and workflows. */
export async function createApiKey(
	client: Client,
	label = 'reader',
	scopes: readonly string[] = SCOPES,
): Promise<string> {
	const wanted = { label, scopes, expiresAt: null };
	const { rawApiKey } = await client.post<{ rawApiKey: string }>('/rest/api-keys', wanted);
	return rawApiKey;
}
