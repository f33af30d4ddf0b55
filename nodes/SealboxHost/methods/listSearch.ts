import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import type { HostApi, Json } from '../../../src/hostApi/client';

/** What the editor offers in a list: names and ids, never a value. */

const MOST = 100;

export async function searchCredentials(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	return await search(this, '/credentials', filter, ({ name, type }) => `${name} (${type})`);
}

export async function searchWorkflows(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	return await search(this, '/workflows', filter, ({ name }) => String(name));
}

async function search(
	context: ILoadOptionsFunctions,
	path: '/credentials' | '/workflows',
	filter: string,
	nameOf: (entry: Json) => string,
): Promise<INodeListSearchResult> {
	const api = await apiOf(context);
	const query = path === '/workflows' ? { excludePinnedData: true } : {};
	const results: INodeListSearchResult['results'] = [];
	for await (const entry of api.each({ path, query, subject: 'The list' })) {
		const name = nameOf(entry);
		if (!name.toLowerCase().includes(filter.toLowerCase())) continue;
		results.push({ name, value: String(entry.id) });
		if (results.length >= MOST) break;
	}
	return { results };
}

async function apiOf(context: ILoadOptionsFunctions): Promise<HostApi> {
	const { HostApi } = await import('../../../src/hostApi/client');
	const { askThroughHost } = await import('../../../src/host/request/ask');
	const fields = await context.getCredentials('sealboxHostApi');
	return new HostApi(fields, askThroughHost(context as never));
}
