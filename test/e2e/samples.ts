import { httpSamples, routesFor, type Sample } from '../../host/samples.ts';
import { startService, type Service } from '../../host/services/service.ts';
import type { Client } from '../../host/client.ts';

/** A sample that is stored in n8n. */
export type StoredSample = Sample & { id: string };

/** Samples, their credentials in n8n, and the local service that accepts them. */
export interface Stage {
	/** By name. */
	samples: Record<string, StoredSample>;
	service: Service;
}

export async function prepareStage(client: Client): Promise<Stage> {
	const fresh = httpSamples();
	const service = await startService(routesFor(fresh));
	const samples: Record<string, StoredSample> = {};
	for (const sample of fresh) {
		const { type, name, fields } = sample;
		const id = await client.createCredential(name, type, fields(service.url));
		samples[name] = { ...sample, id };
	}
	return { samples, service };
}

/** For `describe.each`, which needs the names before anything has started. */
export const SAMPLE_NAMES = httpSamples().map(({ name }) => name);
