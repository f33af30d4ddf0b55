import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '../host/client.ts';
import { createUserFolder, startInstance } from '../host/instance.ts';
import { pack } from '../host/pack.ts';

export interface BenchHost {
	url: string;
	client: Client;
	stop: () => Promise<void>;
}

/** A real n8n of its own with the packed tarball, and its owner logged in. */
export async function startHost(env: Record<string, string> = {}): Promise<BenchHost> {
	const packed = mkdtempSync(join(tmpdir(), 'sealbox-bench-'));
	const tarball = await pack(packed);
	const folder = await createUserFolder(tarball.path);
	rmSync(packed, { recursive: true });
	const instance = await startInstance(folder, { N8N_LOG_LEVEL: 'warn', ...env });
	const client = new Client(instance.url);
	await client.setUpOwner();
	return {
		url: instance.url,
		client,
		stop: async () => {
			await instance.stop();
			instance.remove();
		},
	};
}
