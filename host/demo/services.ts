import { createCanary, type Canary } from '../canary.ts';
import type { Client } from '../client.ts';
import { httpSamples, routesFor, sealingKeys } from '../samples.ts';
import { echo } from '../services/routes.ts';
import { startService } from '../services/service.ts';

/** Local services with a credential for each, and one more for the comparison with stock n8n. */
export interface Stage {
	url: string;
	/** Ids of the Sealbox credentials, by type. */
	credentials: Record<string, string>;
	/** Every secret in them. */
	canaries: Canary[];
	/** A Header Auth credential of n8n's own, for an endpoint that echoes its headers too. */
	stock: { id: string; canary: Canary; path: string };
	close(): Promise<void>;
}

export async function prepareServices(client: Client): Promise<Stage> {
	const https = httpSamples();
	const service = await startService({ ...routesFor(https), '/echo': echo });
	const samples = [...https, sealingKeys()];
	const credentials: Record<string, string> = {};
	for (const { type, name, fields } of samples) {
		credentials[type] ??= await client.createCredential(name, type, fields(service.url));
	}
	const canary = createCanary('header value');
	const header = { name: 'X-Api-Key', value: canary.value };
	const id = await client.createCredential('Header Auth', 'httpHeaderAuth', header);
	return {
		url: service.url,
		credentials,
		canaries: samples.flatMap((sample) => sample.canaries),
		stock: { id, canary, path: '/echo' },
		close: () => service.close(),
	};
}
