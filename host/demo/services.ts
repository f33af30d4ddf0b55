import { createCanary, type Canary } from '../canary.ts';
import type { Client } from '../client.ts';
import { httpSamples, routesFor, sealingKeys } from '../samples.ts';
import { echo } from '../services/routes.ts';
import { startService } from '../services/service.ts';
import type { Pair } from './hosts.ts';

/** Local services with a credential for each, and one more for n8n's own nodes. */
export interface Stage {
	url: string;
	/** Ids of the Sealbox credentials, by type. */
	credentials: Record<string, string>;
	/** Every secret in them. */
	canaries: Canary[];
	/** A Header Auth credential of n8n's own in both hosts, for an endpoint that echoes its headers. */
	header: { canary: Canary; path: string; ids: Record<keyof Pair, string> };
	/** How many requests came with that credential's real value. */
	accepted(): number;
	close(): Promise<void>;
}

const HEADER = 'X-Api-Key';

export async function prepareServices({ stock, guarded }: Pair): Promise<Stage> {
	const https = httpSamples();
	const service = await startService({ ...routesFor(https), '/echo': echo });
	const samples = [...https, sealingKeys()];
	const credentials: Record<string, string> = {};
	for (const { type, name, fields } of samples) {
		credentials[type] ??= await guarded.client.createCredential(name, type, fields(service.url));
	}
	const canary = createCanary('header value');
	const ids = {
		stock: await headerAuth(stock.client, canary),
		guarded: await headerAuth(guarded.client, canary),
	};
	return {
		url: service.url,
		credentials,
		canaries: samples.flatMap((sample) => sample.canaries),
		header: { canary, path: '/echo', ids },
		accepted: () =>
			service.received.filter(({ headers }) => headers[HEADER.toLowerCase()] === canary.value)
				.length,
		close: () => service.close(),
	};
}

const headerAuth = (client: Client, { value }: Canary): Promise<string> =>
	client.createCredential('Header Auth', 'httpHeaderAuth', { name: HEADER, value });
