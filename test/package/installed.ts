import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { install, pack, type Tarball } from '../../host/pack.ts';

/** The packed tarball, installed into an empty folder beside nothing but n8n-workflow. */
export interface Installed {
	tarball: Tarball;
	folder: string;
	/** For `NODE_PATH`: a folder in which n8n-workflow is the only package. */
	peers: string;
	remove(): void;
}

export async function installTarball(): Promise<Installed> {
	const root = mkdtempSync(join(tmpdir(), 'sealbox-package-'));
	const tarball = await pack(join(root, 'packed'));
	await install(tarball.path, join(root, 'empty'));
	const peers = join(root, 'peers');
	mkdirSync(peers);
	symlinkSync(
		join(process.cwd(), 'node_modules', 'n8n-workflow'),
		join(peers, 'n8n-workflow'),
		'junction',
	);
	return {
		tarball,
		folder: join(root, 'empty', 'node_modules', 'n8n-nodes-sealbox'),
		peers,
		remove: () => rmSync(root, { recursive: true, force: true }),
	};
}
