import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.ts';

/** What `npm pack` says about the tarball that it wrote. */
export interface Tarball {
	path: string;
	/** Bytes of the archive, and of its content. */
	size: number;
	unpackedSize: number;
	files: { path: string; size: number }[];
}

/** Packs the built project into a folder, as it would be published. */
export async function pack(into: string): Promise<Tarball> {
	assertBuilt();
	mkdirSync(into, { recursive: true });
	const output = await run('npm', ['pack', '--json', '--pack-destination', into], process.cwd());
	const [tarball] = JSON.parse(output) as (Omit<Tarball, 'path'> & { filename: string })[];
	return { ...tarball, path: join(into, tarball.filename) };
}

/** A build that stopped half-way must not be tested by mistake. */
function assertBuilt(): void {
	const { n8n } = JSON.parse(readFileSync('package.json', 'utf8')) as {
		n8n: { nodes: string[]; credentials: string[] };
	};
	const missing = [...n8n.nodes, ...n8n.credentials].filter((entry) => !existsSync(entry));
	if (missing.length === 0) return;
	throw new Error(`The build lacks ${missing.join(', ')}. Run: npm run build`);
}

/**
 * Installs a tarball the way the documentation tells people to: without a second n8n-workflow,
 * without development packages, without install scripts. It needs no network.
 */
export async function install(tarball: string, into: string): Promise<void> {
	mkdirSync(into, { recursive: true });
	writeFileSync(join(into, 'package.json'), JSON.stringify({ private: true }));
	const flags = [
		'--omit=peer',
		'--omit=dev',
		'--ignore-scripts',
		'--legacy-peer-deps',
		'--offline',
	];
	await run('npm', ['install', ...flags, tarball], into);
}
