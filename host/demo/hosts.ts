import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '../client.ts';
import { run } from '../command.ts';
import { createUserFolder, startInstance, type Instance } from '../instance.ts';
import { pack } from '../pack.ts';
import { step } from './steps.ts';

/** A private n8n of the demo, with an owner who is logged in. */
export interface DemoHost {
	n8n: Instance;
	client: Client;
}

/** The same n8n twice: as it comes, and with the guard. */
export interface Pair {
	stock: DemoHost;
	guarded: DemoHost;
}

/** Builds Sealbox and installs it in both, as people do; turns the guard on in one of them. */
export async function startPair(): Promise<Pair> {
	await step('building Sealbox', () => run('npm', ['run', 'build'], process.cwd()));
	const packed = mkdtempSync(join(tmpdir(), 'sealbox-pack-'));
	const { path } = await step('packing it', () => pack(packed));
	const folders = await step('installing the tarball into two private n8n', async () => [
		await createUserFolder(path),
		await createUserFolder(path),
	]);
	rmSync(packed, { recursive: true });
	const hookFile = await installGuard(folders[1]);
	const [stock, guarded] = await step('starting both, one of them with the guard', () =>
		Promise.all([
			startInstance(folders[0]),
			startInstance(folders[1], { EXTERNAL_HOOK_FILES: hookFile }),
		]),
	);
	return { stock: await owned(stock), guarded: await owned(guarded) };
}

/** With the command that the docs recommend, from the package as it was installed. */
async function installGuard(folder: string): Promise<string> {
	const nodes = join(folder, '.n8n', 'nodes', 'node_modules', 'n8n-nodes-sealbox');
	const target = join(folder, 'sealbox-guard.js');
	const cli = join(nodes, 'dist', 'cli', 'sealbox.js');
	await run(process.execPath, [cli, 'guard', 'install', target], folder);
	return target;
}

async function owned(n8n: Instance): Promise<DemoHost> {
	const client = new Client(n8n.url);
	await client.setUpOwner();
	return { n8n, client };
}

export async function stopPair({ stock, guarded }: Pair): Promise<void> {
	for (const { n8n } of [stock, guarded]) {
		await n8n.stop();
		n8n.remove();
	}
}
