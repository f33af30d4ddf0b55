import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { searchFolder, searchFor, type Canary, type Sighting } from './canary.ts';
import { Client } from './client.ts';
import { createUserFolder, portsOf, settingsOf } from './instance.ts';
import { createApiKey, readEverything } from './observe/api.ts';
import { openEditor, type Editor } from './observe/push.ts';
import { freePort } from './ports.ts';
import { n8nFolder } from './prepare/paths.js';
import { startProcess, type N8nProcess } from './process.ts';
import { openServers, openSqlite } from './stores.ts';

export interface HostOptions {
	/** One process with SQLite; or main, worker and webhook process with PostgreSQL and Redis. */
	mode: 'regular' | 'queue';
	/** A version under `host/versions`; by default the one that `host/prepare.js` picks. */
	version?: string;
	/** A hook file, `true` for the one that the build makes. */
	guard?: boolean | string;
	/** A package to install as people do. */
	tarball?: string;
	/** Settings of all processes. */
	env?: Record<string, string>;
	/** Further settings of the workers. */
	workerEnv?: Record<string, string>;
	/** In queue mode; one by default. */
	workers?: 1 | 2;
	/** Processes that take webhook calls, in queue mode; one by default. */
	webhooks?: 1 | 2;
}

/** The processes of a host, each with a log of its own. */
const NAMES = ['start', 'worker', 'worker-2', 'webhook', 'webhook-2'] as const;
type Name = (typeof NAMES)[number];

/** What may be other at the next start. */
export type Change = Pick<HostOptions, 'guard' | 'env' | 'workerEnv'>;

/** A private n8n in either mode, with everything it writes and says under observation. */
export interface Host {
	readonly mode: 'regular' | 'queue';
	/** Where the editor is. */
	readonly url: string;
	/** Where production webhooks are answered. */
	readonly webhookUrl: string;
	/** Where the second process answers them, if there is one. */
	readonly webhook2Url: string;
	/** The user folder, logs and temporary files included. */
	readonly folder: string;
	/** Where its servers write. */
	readonly storeFolders: readonly string[];
	/** Logged in, with an editor open: it is told about the runs that this client starts. */
	readonly client: Client;
	readonly editor: Editor;
	/**
	 * Ends every process, as a power cut would or as an operator does, and starts them again; what is
	 * changed stays so. When they do not start, they may be started again by another call.
	 */
	restart(how: 'stop' | 'kill', change?: Change): Promise<void>;
	/** What the processes printed since the host was made; of one of them only, where it is named. */
	log(role?: Name): string;
	/** The processes that run now. */
	pids(): number[];
	/** Looks for canaries in the files as they are at this moment. */
	fileSightings(canaries: readonly Canary[]): Sighting[];
	/** Asks both APIs for all there is, then looks for canaries there and wherever n8n wrote or spoke. */
	sightings(canaries: readonly Canary[]): Promise<Sighting[]>;
	/** Ends everything and leaves nothing behind. */
	stop(): Promise<void>;
}

/** Starts a private n8n, and waits until all its processes are ready. */
export async function startHost(options: HostOptions): Promise<Host> {
	const { mode } = options;
	const folder = await createUserFolder(options.tarball);
	const stores = mode === 'queue' ? await openServers() : openSqlite(folder);
	const current = { ...options };
	const launch = await plan(current, folder, stores.env);
	let running = await launch.start();
	await stores.prepareForSearch();
	const owner = new Client(launch.url);
	await owner.setUpOwner();
	const apiKey = await createApiKey(owner);
	const editor = await openEditor(launch.url, owner.session);
	const client = new Client(launch.url, { ...owner.session, pushRef: editor.pushRef });
	const editors = [editor];
	const end = async (how: 'stop' | 'kill') => {
		for (const each of running.reverse()) await each[how]();
		running = [];
	};
	const host = {
		mode,
		url: launch.url,
		webhookUrl: launch.webhookUrl,
		webhook2Url: launch.webhook2Url,
		folder,
		storeFolders: stores.folders,
		client,
		editor,
		async restart(how: 'stop' | 'kill', change: Change = {}) {
			await end(how);
			Object.assign(current, change);
			running = await launch.start();
			editors.push(await openEditor(launch.url, client.session, editor.pushRef));
		},
		log: (role?: string) =>
			NAMES.filter((each) => role === undefined || each === role)
				.map((each) => textOf(join(folder, `${each}.log`)))
				.join('\n'),
		pids: () => running.map(({ pid }) => pid),
		fileSightings: (canaries: readonly Canary[]) => searchFolder(canaries, folder),
		async sightings(canaries: readonly Canary[]) {
			await readEverything(client, apiKey);
			const search = searchFor(canaries);
			const frames = editors.flatMap((each) => each.frames);
			return [
				...(await stores.sightings(canaries)),
				...searchFolder(canaries, folder),
				...frames.flatMap((frame) => search(`push ${typeOf(frame)}`, frame)),
				...search('api', client.answers.join('\n')),
			];
		},
		async stop() {
			for (const each of editors) each.close();
			await end('stop');
			await stores.stop();
			rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
		},
	};
	return host;
}

/**
 * How the processes of a host are started: each time on the same ports, with the same key, and with
 * what the options say at that moment.
 */
async function plan(options: HostOptions, folder: string, stores: Record<string, string>) {
	const { mode, version } = options;
	const ports = await Promise.all(NAMES.map(() => freePort()));
	const urls = ports.map((port) => `http://127.0.0.1:${port}`);
	const [url, workerUrl, worker2Url, webhookUrl, webhook2Url] = urls;
	const [main, worker, worker2, webhook, webhook2] = await Promise.all(ports.map(portsOf));
	const common = { ...settingsOf(folder), ...stores };
	const program = version === undefined ? undefined : n8nFolder(version);
	const start = (name: Name, url: string, own: Record<string, string>) => {
		const role = name.replace('-2', '') as 'start' | 'worker' | 'webhook';
		const mine = role === 'worker' ? options.workerEnv : undefined;
		const env = { ...common, ...own, ...hooks(options.guard), ...options.env, ...mine };
		return startProcess({ role, folder, url, log: join(folder, `${name}.log`), env, program });
	};
	const shared = {
		WEBHOOK_URL: webhookUrl,
		// Where webhooks have another address, operators name the editor's too: n8n sends consents there.
		N8N_EDITOR_BASE_URL: url,
		N8N_DISABLE_PRODUCTION_MAIN_PROCESS: 'true',
	};
	const startWorker = (name: Name, url: string, own: Record<string, string>) =>
		start(name, url, {
			...own,
			...shared,
			QUEUE_HEALTH_CHECK_ACTIVE: 'true',
			QUEUE_HEALTH_CHECK_PORT: own.N8N_PORT,
		});
	const startMain = () => start('start', url, { ...main, ...shared });
	const startOthers = () =>
		Promise.all([
			startWorker('worker', workerUrl, worker),
			...(options.workers === 2 ? [startWorker('worker-2', worker2Url, worker2)] : []),
			start('webhook', webhookUrl, { ...webhook, ...shared }),
			...(options.webhooks === 2
				? [start('webhook-2', webhook2Url, { ...webhook2, ...shared })]
				: []),
		]);
	let hasTables = false;
	const startQueue = async (): Promise<N8nProcess[]> => {
		// The main process makes the tables. Later it comes last: a worker that starts after it calls a
		// run crashed which the main process has just woken.
		const early = hasTables ? await startOthers() : [];
		const first = await startMain();
		const late = hasTables ? [] : await startOthers();
		hasTables = true;
		return [first, ...early, ...late];
	};
	return mode === 'queue'
		? { url, webhookUrl, webhook2Url, start: startQueue }
		: {
				url,
				webhookUrl: url,
				webhook2Url: url,
				start: async () => [await start('start', url, main)],
			};
}

const typeOf = (frame: string) => /^{"type":"(\w+)"/.exec(frame)?.[1] ?? '';
const textOf = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');

function hooks(guard: boolean | string | undefined): Record<string, string> {
	if (guard === undefined || guard === false) return {};
	return { EXTERNAL_HOOK_FILES: resolve(guard === true ? 'dist/guard.js' : guard) };
}
