/**
 * The pinned n8n, installed once per manifest outside the working tree.
 *
 *   1. Take the lock, so that two clones do not install at the same time.
 *   2. Install into a folder with a temporary name, without install scripts.
 *   3. Compile the two native modules that n8n cannot start without.
 *   4. Try it.
 *   5. Give the folder its final name: from here on it counts as installed.
 */
const {
	copyFileSync,
	linkSync,
	mkdirSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} = require('node:fs');
const { join } = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { compilerRemedy } = require('./machine.js');
const {
	WINDOWS,
	cacheFolder,
	hasN8n,
	manifestFolder,
	n8nFolder,
	node24,
	withNode24,
} = require('./paths.js');
const { runStep, say } = require('./terminal.js');

async function installN8n(version) {
	const folder = n8nFolder(version);
	mkdirSync(cacheFolder(), { recursive: true });
	const unlock = await lock(`${folder}.lock`);
	try {
		if (!hasN8n(folder)) await installInto(folder, version);
	} finally {
		unlock();
	}
}

async function installInto(folder, version) {
	const draft = `${folder}.draft-${process.pid}`;
	mkdirSync(draft, { recursive: true });
	for (const file of ['package.json', 'package-lock.json']) {
		copyFileSync(join(manifestFolder(version), file), join(draft, file));
	}
	try {
		await fetchPackages(draft, version);
		await compileNatives(draft);
		await tryOut(draft, version);
		if (!hasN8n(folder)) renameSync(draft, folder);
	} finally {
		rmSync(draft, { recursive: true, force: true });
	}
}

/** `npm ci` fails where a registry lacks optional packages of other platforms; `install` does not. */
const fetchPackages = (cwd, version) =>
	runStep(
		`installing n8n ${version}`,
		'npm',
		['install', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund'],
		{
			cwd,
			env: withNode24(),
			shell: WINDOWS,
			remedy:
				'Check network and disk space, then run this again; what npm has fetched is kept in its cache.',
		},
	);

const compileNatives = (cwd) =>
	runStep(
		"compiling n8n's native modules",
		'npm',
		['rebuild', 'sqlite3', 'isolated-vm', '--ignore-scripts=false'],
		{
			cwd,
			env: withNode24(),
			shell: WINDOWS,
			remedy: `This step needs a C++ compiler, make and Python 3. ${compilerRemedy}`,
		},
	);

const TRIAL = "require('sqlite3'); require('isolated-vm'); require.resolve('n8n/bin/n8n')";

const tryOut = (cwd, version) =>
	runStep(`trying n8n ${version}`, node24(), ['--no-node-snapshot', '-e', TRIAL], {
		cwd,
		remedy: 'Its native modules do not load under Node 24. Run this again to compile them anew.',
	});

/** Waits for whoever holds the lock; a holder that is no longer running does not count. */
async function lock(path) {
	for (let announced = false; !tryLock(path); announced = true) {
		if (!announced) say('  Waiting for another installation of the same n8n to end ...');
		await sleep(2_000);
	}
	return () => rmSync(path, { force: true });
}

/** The lock file appears with its content in one step, so nobody reads it half-written. */
function tryLock(path) {
	const own = `${path}-${process.pid}`;
	writeFileSync(own, String(process.pid));
	try {
		linkSync(own, path);
		return true;
	} catch (error) {
		if (error.code !== 'EEXIST') throw error;
		if (!isRunning(holderOf(path))) rmSync(path, { force: true });
		return false;
	} finally {
		rmSync(own, { force: true });
	}
}

function holderOf(path) {
	try {
		return Number(readFileSync(path, 'utf8'));
	} catch {
		// Released since: nobody holds it.
		return 0;
	}
}

function isRunning(pid) {
	if (!(pid > 0)) return false;
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error.code === 'EPERM';
	}
}

module.exports = { installN8n };
