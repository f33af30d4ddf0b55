import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { install } from './pack.ts';
import { freePort } from './ports.ts';
import { startProcess } from './process.ts';

/** A private n8n: its own folder, database, key, ports and temporary files. */
export interface Instance {
	readonly url: string;
	/** Everything the instance writes is under this folder, logs and temporary files included. */
	readonly folder: string;
	readonly log: string;
	stop(): Promise<void>;
	/** Removes the folder. Only after {@link Instance.stop}. */
	remove(): void;
}

/** A fresh user folder, with the tarball installed where n8n looks for community packages. */
export async function createUserFolder(tarball?: string): Promise<string> {
	const folder = mkdtempSync(join(tmpdir(), 'sealbox-n8n-'));
	mkdirSync(join(folder, 'tmp'));
	if (tarball !== undefined) await install(tarball, join(folder, '.n8n', 'nodes'));
	return folder;
}

/** Starts n8n on a user folder and waits until it answers. */
export async function startInstance(
	folder: string,
	env: Record<string, string> = {},
): Promise<Instance> {
	const port = await freePort();
	const url = `http://127.0.0.1:${port}`;
	const log = join(folder, 'n8n.log');
	const n8n = await startProcess({
		role: 'start',
		folder,
		url,
		log,
		env: { ...settingsOf(folder), ...(await portsOf(port)), ...env },
	});
	return {
		url,
		folder,
		log,
		stop: () => n8n.stop(),
		remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
	};
}

/** Where a process of n8n listens, its task runner's port included. */
export const portsOf = async (port: number): Promise<Record<string, string>> => ({
	N8N_PORT: String(port),
	N8N_RUNNERS_BROKER_PORT: String(await freePort()),
});

/** What all processes of one n8n have in common. The key is a new one at each call. */
export const settingsOf = (folder: string): Record<string, string> => ({
	N8N_USER_FOLDER: folder,
	TMPDIR: join(folder, 'tmp'),
	N8N_LISTEN_ADDRESS: '127.0.0.1',
	N8N_HOST: '127.0.0.1',
	N8N_ENCRYPTION_KEY: randomBytes(24).toString('hex'),
	N8N_SECURE_COOKIE: 'false',
	N8N_LOG_LEVEL: 'debug',
	...QUIET,
});

/** Nothing here talks to the outside world or greets anybody. */
const QUIET = {
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
};
