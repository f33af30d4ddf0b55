import type { HostApi } from './client';

/**
 * Whether n8n takes the key, in a sentence for the form of the credential.
 *
 * @throws SealboxError when it does not, or is not there
 */
export async function tellHost(api: HostApi): Promise<string> {
	const question = { path: '/workflows', query: { limit: 1 }, subject: 'The test' };
	const { status, json } = await api.try(question);
	if (status === 403) {
		return 'n8n knows the key. It may not list workflows, so some operations will be refused.';
	}
	if (Array.isArray(json.data)) return 'n8n answered and took the key.';
	await api.ask(question);
	return 'n8n answered.';
}
