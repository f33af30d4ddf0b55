import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installTarball, type Installed } from './installed.ts';

interface Entry {
	entry: string;
	className: string;
	name: string;
}

interface Probe {
	credentials: Entry[];
	nodes: Entry[];
	milliseconds: number;
	loadedAtStart: string[];
	exported: string[];
}

/** What DESIGN calls the contract: a name that is missing here breaks somebody's import. */
const CONTRACT = [
	'ready',
	'seal',
	'open',
	'reseal',
	'generateKeyset',
	'rotateKeyset',
	'exportKeyset',
	'importKeyset',
	'mask',
	'redact',
	'describeKinds',
	'createScrubber',
	'Secret',
	'SealboxError',
	'isSealboxError',
	'validateCredential',
	'openFernet',
];

let installed: Installed;
let probe: Probe;

beforeAll(async () => {
	installed = await installTarball();
	probe = runScript<Probe>('probe.cjs', installed, { NODE_PATH: installed.peers });
});
afterAll(() => installed.remove());

describe('the installed tarball', () => {
	test('brings no other package along', () => {
		expect(existsSync(join(installed.folder, 'node_modules'))).toBe(false);
		expect(existsSync(join(installed.folder, '..', 'n8n-workflow'))).toBe(false);
		const manifest = readManifest(installed.folder);
		expect(manifest.dependencies ?? {}).toEqual({});
		expect(manifest.optionalDependencies ?? {}).toEqual({});
		expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
	});

	test('loads every node and credential with only n8n-workflow beside it', () => {
		const { nodes, credentials } = readManifest(installed.folder).n8n;
		expect(probe.nodes.map(({ entry }) => entry)).toEqual(nodes);
		expect(probe.credentials.map(({ entry }) => entry)).toEqual(credentials);
		expect(credentials.length).toBeGreaterThan(0);
	});

	test('names every credential after its class, and every node after its file', () => {
		for (const { className, name } of [...probe.credentials, ...probe.nodes]) {
			expect(name).toBe(className[0].toLowerCase() + className.slice(1));
		}
	});

	test('loads no bundled third-party code when n8n starts', () => {
		console.log(`All nodes and credentials load in ${probe.milliseconds.toFixed(0)} ms`);
		expect(probe.loadedAtStart).toEqual([]);
	});

	test('brings a command line that runs without n8n', () => {
		const command = join(installed.folder, '..', '.bin', 'sealbox');
		const env = { ...process.env, NODE_PATH: '' };
		const sealbox = (...args: string[]) =>
			spawnSync(command, args, { cwd: installed.folder, env, encoding: 'utf8' });
		expect(sealbox('--version').stdout).toBe(`${readManifest(installed.folder).version}\n`);
		expect(sealbox('help')).toMatchObject({ status: 0, stderr: '' });
		const verified = sealbox('audit', 'verify', installed.folder, '--without-key');
		expect(verified).toMatchObject({
			status: 1,
			stderr: expect.stringContaining('no audit trail'),
		});
	});

	test('exports the public surface', () => {
		expect(probe.exported).toEqual(expect.arrayContaining(CONTRACT));
	});

	test('shares no credential name with n8n', () => {
		const taken = new Set(['n8n-nodes-base', '@n8n/n8n-nodes-langchain'].flatMap(credentialsOf));
		expect(taken.size).toBeGreaterThan(400);
		expect(probe.credentials.filter(({ name }) => taken.has(name))).toEqual([]);
		for (const { name } of [...probe.credentials, ...probe.nodes]) expect(name).toMatch(/^sealbox/);
	});
});

describe("n8n's two loaders", () => {
	interface Loaded {
		isLazyLoaded: boolean;
		known: object;
		nodes: object[];
		credentials: object[];
	}
	let eager: Loaded;
	let lazy: Loaded;

	beforeAll(() => {
		const NODE_PATH = join(process.cwd(), 'node_modules');
		({ eager, lazy } = runScript<{ eager: Loaded; lazy: Loaded }>('loaders.cjs', installed, {
			NODE_PATH,
		}));
	});

	test('take the metadata of the build when they may', () => {
		expect(lazy.isLazyLoaded).toBe(true);
		expect(eager.isLazyLoaded).toBe(false);
	});

	test('see the same nodes', () => {
		// n8n's own generator of metadata leaves this list out, and nothing in n8n reads it.
		const described = eager.nodes.map((node) => ({ ...node, __loadOptionsMethods: undefined }));
		expect(lazy.nodes).toEqual(described);
	});

	test('see the same credentials', () => expect(lazy.credentials).toEqual(eager.credentials));

	test('know the same files, parents and supported nodes', () => {
		expect(lazy.known).toEqual(eager.known);
	});
});

function runScript<T>(script: string, { folder }: Installed, env: Record<string, string>): T {
	const path = join(process.cwd(), 'test', 'package', script);
	const { stdout, stderr, status } = spawnSync(process.execPath, [path, folder], {
		cwd: folder,
		env: { ...process.env, ...env },
		encoding: 'utf8',
		maxBuffer: 64 * 1024 * 1024,
	});
	if (status !== 0) throw new Error(`${script} failed: ${stderr}`);
	return JSON.parse(stdout) as T;
}

interface Manifest {
	version: string;
	dependencies?: object;
	optionalDependencies?: object;
	peerDependencies: object;
	n8n: { nodes: string[]; credentials: string[] };
}

function readManifest(folder: string): Manifest {
	return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

function credentialsOf(name: string): string[] {
	const n8n = process.env.SEALBOX_N8N_FOLDER ?? '';
	const known = join(n8n, 'node_modules', name, 'dist', 'known', 'credentials.json');
	return Object.keys(JSON.parse(readFileSync(known, 'utf8')) as object);
}
