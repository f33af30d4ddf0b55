import type { Config } from 'jest';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startHost } from '../../host/host.ts';
import { Client } from '../../host/client.ts';
import { createUserFolder, startInstance } from '../../host/instance.ts';
import { pack } from '../../host/pack.ts';
import { createCanary } from '../../host/canary.ts';
import { hasPostgres } from '../../host/servers/postgres.ts';
import { hasRedis } from '../../host/servers/redis.ts';
import { startOAuth2 } from '../../host/services/oauth2.ts';
import { Authority } from '../servers/certificates.ts';
import { shared, type Host } from './host.ts';

type Started = Omit<Host, 'oauth2' | 'tls'> & { stop(): Promise<void> };

/**
 * Starts the one n8n that all end-to-end tests of a project use, with the packed tarball installed.
 * What they need to find it travels in the environment.
 */
export default async function start(_all: unknown, { globals }: Config): Promise<void> {
	const packed = mkdtempSync(join(tmpdir(), 'sealbox-pack-'));
	const { path } = await pack(packed);
	const { mode } = (globals?.SEALBOX_HOST ?? {}) as { mode?: string };
	const isQueue = mode === 'queue' && hasServers();
	const authority = new Authority('Sealbox tests');
	const { stop, ...started } = await (isQueue
		? inQueueMode(path)
		: inOneProcess(path, authority.certificate));
	rmSync(packed, { recursive: true });
	const oauth2 = await startOAuth2({
		redirectUri: `${started.url}/rest/oauth2-credential/callback`,
		clientSecret: createCanary('client secret', 'plain').value,
	});
	const { url, clientId, clientSecret } = oauth2;
	const { certificate: cert, key } = authority.issue({ name: 'localhost' });
	const host: Host = { ...started, oauth2: { url, clientId, clientSecret }, tls: { cert, key } };
	process.env.SEALBOX_E2E = JSON.stringify(host);
	shared.stop = async () => {
		await oauth2.close();
		await stop();
	};
}

function hasServers(): boolean {
	if (hasPostgres && hasRedis) return true;
	const what = 'PostgreSQL or Redis is not on this machine';
	if (process.env.SEALBOX_REQUIRE_SERVICES === '1') throw new Error(what);
	process.stdout.write(`Skipped: ${what}; n8n runs in one process instead of in queue mode\n`);
	return false;
}

/** @param trusted - the certificate of an authority, PEM */
async function inOneProcess(tarball: string, trusted: string): Promise<Started> {
	const folder = await createUserFolder(tarball);
	const file = join(folder, 'trusted.pem');
	writeFileSync(file, trusted);
	const instance = await startInstance(folder, {
		NODE_EXTRA_CA_CERTS: file,
		N8N_METRICS: 'true',
		EXTERNAL_HOOK_FILES: resolve('test/e2e/webhooks/clock.cjs'),
	});
	const client = new Client(instance.url);
	await client.setUpOwner();
	return {
		url: instance.url,
		folder,
		storeFolders: [],
		session: client.session,
		async stop() {
			await instance.stop();
			instance.remove();
		},
	};
}

/** Every run goes to the worker, those that are started by hand as well. */
async function inQueueMode(tarball: string): Promise<Started> {
	const env = { OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true' };
	const { url, folder, storeFolders, client, stop } = await startHost({
		mode: 'queue',
		tarball,
		env,
	});
	return { url, folder, storeFolders, session: client.session, stop };
}
