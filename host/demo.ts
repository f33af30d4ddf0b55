/**
 * `npm run demo`: a real n8n with Sealbox at work beside a stock one, and what each has stored.
 *
 *   1. Build and pack Sealbox, install the tarball into two private n8n, start them, one of them
 *      with the guard.
 *   2. Start local services, and create a credential of each type for them.
 *   3. Import the examples and run them; run each once more with n8n's own nodes in both n8n.
 *   4. Count the secrets in what was stored, and in every file that was written.
 *   5. Report. Leave the editors open, or stop with `--once`.
 */
import { search, searchFolder, type Canary, type Sighting } from './canary.ts';
import { OWNER } from './client.ts';
import { startPair, stopPair, type DemoHost, type Pair } from './demo/hosts.ts';
import { reportOn } from './demo/report.ts';
import { runExamples, type ExampleRun } from './demo/runs.ts';
import { prepareServices } from './demo/services.ts';
import { step } from './demo/steps.ts';

const once = process.argv.includes('--once');

/** Runs everything, prints the report, and says whether Sealbox kept its promise. */
async function show(pair: Pair): Promise<boolean> {
	const stage = await step('creating credentials for local services', () => prepareServices(pair));
	try {
		const runs = await step("running the examples, with Sealbox and with n8n's own nodes", () =>
			runExamples(pair, stage),
		);
		const { canary } = stage.header;
		const [left, inStock] = await step('searching everything that both wrote', async () => [
			everywhere([...stage.canaries, canary], pair.guarded),
			everywhere([canary], pair.stock),
		]);
		const accepted = stage.accepted();
		return reportOn({ runs, left, inStock, accepted, expected: requestsOf(runs) });
	} finally {
		if (once) await stage.close();
	}
}

const everywhere = (canaries: readonly Canary[], { n8n, client }: DemoHost): Sighting[] => [
	...searchFolder(canaries, n8n.folder),
	...search(canaries, 'answers of the API', client.answers.join('\n')),
];

/** One from each n8n for each example that calls a service. */
const requestsOf = (runs: readonly ExampleRun[]): number =>
	2 * runs.filter(({ ownNodes }) => ownNodes !== undefined).length;

async function main(): Promise<void> {
	const pair = await startPair();
	const end = () => stopPair(pair);
	// A terminal tells n8n too, and perhaps us twice; only the first time counts.
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.on(signal, () => void (ending ??= end().then(() => process.exit())));
	}
	try {
		process.exitCode = (await show(pair)) ? 0 : 1;
		if (!once) await stayOpen(pair);
	} finally {
		await (ending ??= end());
	}
}

let ending: Promise<void> | undefined;

/** Until a signal ends the process. */
async function stayOpen({ stock, guarded }: Pair): Promise<void> {
	console.log(`
The editors are open:
  with the guard        ${guarded.n8n.url}
  stock n8n             ${stock.n8n.url}
  login of both         ${OWNER.email}
  password              ${OWNER.password}

Press Ctrl+C to stop; everything is removed then.`);
	await new Promise(() => setInterval(() => undefined, 60_000));
}

void main().catch((failure: Error) => {
	console.error(`\n${failure.message}`);
	process.exitCode = 1;
});
