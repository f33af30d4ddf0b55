/** What a machine must have before anything is fetched. Each check throws a sentence with its remedy. */
const { spawnSync } = require('node:child_process');
const { existsSync, statfsSync } = require('node:fs');
const { dirname } = require('node:path');
const { WINDOWS, root } = require('./paths.js');
const { Refusal, say } = require('./terminal.js');

const OLDEST_NODE = 20;
const GIB = 1024 ** 3;

function assertNode() {
	if (Number(process.versions.node.split('.')[0]) >= OLDEST_NODE) return;
	throw new Refusal(
		`Node ${process.versions.node} is too old to begin with. Install Node ${OLDEST_NODE} or newer, then run this again; Node 24 is fetched through npm.`,
	);
}

/** The nearest folder that exists: the one asked for may not have been made yet. */
const existing = (folder) => (existsSync(folder) ? folder : existing(dirname(folder)));

function assertDisk(folder, neededGib, what) {
	const { bavail, bsize } = statfsSync(existing(folder));
	const freeGib = (bavail * bsize) / GIB;
	if (freeGib >= neededGib) return;
	throw new Refusal(
		`${what} needs ${neededGib} GB in ${folder}, and ${freeGib.toFixed(1)} GB are free. Free some space, or set XDG_CACHE_HOME to a folder on a larger disk.`,
	);
}

const starts = (command, args = ['--version']) =>
	spawnSync(command, args, { stdio: 'ignore', shell: WINDOWS }).status === 0;

const anyStarts = (...commands) => commands.some((command) => command && starts(command));

function missingTools() {
	const { CXX, PYTHON } = process.env;
	return [
		[anyStarts(CXX, 'g++', 'c++', 'clang++'), 'a C++ compiler'],
		[anyStarts('make', 'gmake'), 'make'],
		[anyStarts(PYTHON, 'python3', 'python'), 'Python 3'],
	].flatMap(([found, name]) => (found ? [] : [name]));
}

/** How to get what compiles a native module, on the three usual systems. */
const COMPILER_REMEDY = {
	linux: 'Install them, on Debian and Ubuntu with: apt-get install --yes g++ make python3',
	darwin: 'Install them with: xcode-select --install',
	win32: 'Install Python 3 and the Visual Studio Build Tools with "Desktop development with C++".',
};
const compilerRemedy = COMPILER_REMEDY[process.platform] || COMPILER_REMEDY.linux;

/**
 * n8n's SQLite driver is compiled when no ready-made one can be downloaded. Their absence is
 * announced, not refused: with access to the driver's download page none of them is needed.
 */
function warnAboutCompiler() {
	const missing = WINDOWS ? [] : missingTools();
	if (missing.length === 0) return;
	say(`  Not found: ${missing.join(', ')}. n8n's SQLite driver may have to be compiled.`);
	say(`  Should that step fail: ${compilerRemedy}`);
}

/** Asks npm for one small package that is needed anyway; `npm ping` is not served everywhere. */
function assertNetwork() {
	const args = [
		'view',
		'linkedom@0.18.13',
		'version',
		'--fetch-retries=1',
		'--fetch-timeout=20000',
	];
	const { status } = spawnSync('npm', args, {
		cwd: root,
		stdio: 'ignore',
		shell: WINDOWS,
		timeout: 60_000,
	});
	if (status === 0) return;
	throw new Refusal(
		'npm cannot reach its package registry. Check the network and proxy settings (npm config get registry, npm config get proxy), then run this again.',
	);
}

module.exports = { assertDisk, assertNetwork, assertNode, compilerRemedy, warnAboutCompiler };
