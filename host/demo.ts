/**
 * `npm run demo`: a real n8n with Sealbox at work, and what stock n8n stores of the same calls.
 *
 *   1. Build and pack Sealbox, install the tarball into a private n8n, start it.
 *   2. Start local services, and create a credential of each type for them.
 *   3. Import the examples and run them; make each call once more with n8n's own nodes.
 *   4. Count the secrets in what n8n stored of both, and in every file it wrote.
 *   5. Report. Leave the editor open, or stop with `--once`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { search, searchFolder } from './canary.ts';
import { Client, OWNER } from './client.ts';
import { run } from './command.ts';
import { reportOn } from './demo/report.ts';
import { prepareServices } from './demo/services.ts';
import { runExamples } from './demo/runs.ts';
import { step } from './demo/steps.ts';
import { createUserFolder, startInstance, type Instance } from './instance.ts';
import { pack } from './pack.ts';

const once = process.argv.includes('--once');

async function installed(): Promise<string> {
	await step('building Sealbox', () => run('npm', ['run', 'build'], process.cwd()));
	const folder = mkdtempSync(join(tmpdir(), 'sealbox-pack-'));
	const { path } = await step('packing it', () => pack(folder));
	const userFolder = await step('installing the tarball into a private n8n', () =>
		createUserFolder(path),
	);
	rmSync(folder, { recursive: true });
	return userFolder;
}

/** Runs everything, prints the report, and says whether Sealbox kept its promise. */
async function show(n8n: Instance): Promise<boolean> {
	const client = new Client(n8n.url);
	await client.setUpOwner();
	const stage = await step('creating credentials for local services', () =>
		prepareServices(client),
	);
	try {
		const runs = await step('running the examples, with Sealbox and without', () =>
			runExamples(client, stage),
		);
		const left = await step('searching every file that n8n wrote', async () => [
			...searchFolder(stage.canaries, n8n.folder),
			...search(stage.canaries, 'answers of the API', client.answers.join('\n')),
		]);
		return reportOn(runs, left);
	} finally {
		if (once) await stage.close();
	}
}

async function main(): Promise<void> {
	const folder = await installed();
	// The place for what n8n is started with besides: a hook file, for instance.
	const n8n = await step('starting n8n', () => startInstance(folder));
	const end = async () => {
		await n8n.stop();
		n8n.remove();
	};
	// A terminal tells n8n too, and perhaps us twice; only the first time counts.
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.on(signal, () => void (ending ??= end().then(() => process.exit())));
	}
	try {
		process.exitCode = (await show(n8n)) ? 0 : 1;
		if (!once) await stayOpen(n8n);
	} finally {
		await (ending ??= end());
	}
}

let ending: Promise<void> | undefined;

/** Until a signal ends the process. */
async function stayOpen({ url }: Instance): Promise<void> {
	console.log(`
The editor is open at   ${url}
  login                 ${OWNER.email}
  password              ${OWNER.password}

Press Ctrl+C to stop; everything is removed then.`);
	await new Promise(() => setInterval(() => undefined, 60_000));
}

void main().catch((failure: Error) => {
	console.error(`\n${failure.message}`);
	process.exitCode = 1;
});
