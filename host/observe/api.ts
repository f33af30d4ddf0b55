import type { Client } from '../client.ts';

/** Whatever an editor and a caller of the public API may ask n8n for. Executions come with their data. */
export async function readEverything(client: Client, apiKey: string): Promise<void> {
	const executions = await listOf(client, '/rest/executions?limit=100', 'results');
	for (const id of executions) await client.read(`/rest/executions/${id}`);
	const workflows = await listOf(client, '/rest/workflows', undefined);
	for (const id of workflows) await client.read(`/rest/workflows/${id}`);
	for (const path of PUBLIC) await client.read(path, apiKey);
	for (const id of executions) {
		await client.read(`/api/v1/executions/${id}?includeData=true`, apiKey);
	}
}

const PUBLIC = ['/api/v1/executions?limit=250&includeData=true', '/api/v1/workflows?limit=250'];

type Entry = { id: string };

/** The ids of all entries, page after page. */
async function listOf(client: Client, path: string, key: 'results' | undefined): Promise<string[]> {
	const ids: string[] = [];
	for (let last = ''; ; ) {
		const page = await client.get<Entry[] & Record<string, Entry[]>>(path + last);
		const entries = key === undefined ? page : page[key];
		ids.push(...entries.map(({ id }) => id));
		if (key === undefined || entries.length < 100) return ids;
		last = `&lastId=${ids.at(-1)}`;
	}
}

const SCOPES = ['execution:list', 'execution:read', 'workflow:list', 'workflow:read'];

/** A key to the public API, for reading. */
export async function createApiKey(client: Client): Promise<string> {
	const wanted = { label: 'reader', scopes: SCOPES, expiresAt: null };
	const { rawApiKey } = await client.post<{ rawApiKey: string }>('/rest/api-keys', wanted);
	return rawApiKey;
}
