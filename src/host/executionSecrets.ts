import type { IExecuteFunctions } from 'n8n-workflow';
import type { Needle } from '../kinds';
import { createScrubber } from '../sealing/scrub';
import { needlesOf } from './request/credential';
import { StoredCredentials } from './storedCredentials';

interface NodeView {
	readonly credentials?: Readonly<
		Record<string, { readonly id?: string | null; readonly name?: string } | undefined>
	>;
}

/**
 * Takes out of an execution what the credentials of its workflow hold, and the API key. Of the credentials
 * of another n8n nothing is known here. Sealed tokens stay as they are.
 *
 * @param workflow - that was run, as n8n keeps it with the execution
 */
export async function withoutSecrets<T>(
	context: IExecuteFunctions,
	apiKey: string,
	workflow: Record<string, unknown>,
	execution: T,
): Promise<T> {
	const stored = new StoredCredentials(context);
	const needles: Needle[] = [{ name: 'API Key', value: apiKey }];
	for (const credential of credentialsIn(workflow)) {
		const data = await stored.readOrNull(credential);
		if (data === null) continue;
		needles.push(...needlesOf(context, credential.type, data).filter(({ value }) => value !== ''));
	}
	return createScrubber(needles).value(execution);
}

function credentialsIn({ nodes }: Record<string, unknown>) {
	const all = (Array.isArray(nodes) ? (nodes as NodeView[]) : []).flatMap(({ credentials = {} }) =>
		Object.entries(credentials).map(([type, credential]) => ({
			type,
			id: String(credential?.id ?? ''),
			name: credential?.name ?? '',
		})),
	);
	return [...new Map(all.filter(({ id }) => id !== '').map((each) => [each.id, each])).values()];
}
