/**
 * Runs test suites one after another, all of them even where one fails, and fails if any did.
 *
 *   node test/suites.cjs regular    what `npm test` runs
 *   node test/suites.cjs matrix     what takes longer, or needs more of the machine
 */
const { spawnSync } = require('node:child_process');

/** Ways that show in queue mode whether what travels between processes is sealed and opened. */
const SMOKE = 'refuses and repeats|webhook that is answered|sub-workflow that|waits|retried';

const SUITES = {
	regular: [
		{
			projects: ['unit', 'integration'],
			flags: ['--maxWorkers=100%'],
			env: { SEALBOX_THOROUGH: '1' },
		},
		{ projects: ['e2e'], flags: ['--runInBand'] },
		{ projects: ['guard'], flags: ['--runInBand'] },
		{ projects: ['guard-queue'], flags: ['--runInBand'], env: { SEALBOX_WAYS: SMOKE } },
	],
	matrix: [
		{ projects: ['matrix'], flags: ['--runInBand'] },
		{ projects: ['queue'], flags: ['--runInBand'] },
		{ projects: ['guard-ops', 'guard-attack'], flags: ['--runInBand'] },
		{ projects: ['guard-queue'], flags: ['--runInBand'] },
		{ projects: ['guard-old'], flags: ['--runInBand'] },
	],
};

function passes({ projects, flags = [], env = {} }) {
	const started = Date.now();
	const jest = require.resolve('jest/bin/jest');
	const { status } = spawnSync(
		process.execPath,
		[jest, '--selectProjects', ...projects, ...flags],
		{
			stdio: 'inherit',
			env: { ...process.env, ...env },
		},
	);
	const seconds = Math.round((Date.now() - started) / 1000);
	console.log(`\n${projects.join(', ')}: ${status === 0 ? 'passed' : 'FAILED'} in ${seconds} s\n`);
	return status === 0;
}

const suites = SUITES[process.argv[2]];
if (suites === undefined) {
	console.error(`Name the suites: ${Object.keys(SUITES).join(' or ')}.`);
	process.exitCode = 2;
} else {
	const failed = suites.filter((suite) => !passes(suite));
	process.exitCode = failed.length === 0 ? 0 : 1;
}
