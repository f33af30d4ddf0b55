/** The project's own packages, and Node 24 among them. */
const { spawnSync } = require('node:child_process');
const { existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { WINDOWS, bundledNode, node24, root } = require('./paths.js');
const { Refusal, runStep, say } = require('./terminal.js');

const read = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : {});

/**
 * Whether every package of the lock file is there in its version. npm writes the list of what it
 * has installed last of all, so an interrupted installation does not count. Comparing contents
 * and not dates makes a fresh checkout of an unchanged lock file cost nothing.
 */
function hasPackages() {
	const installed = read(join(root, 'node_modules', '.package-lock.json'));
	const wanted = Object.entries(read(join(root, 'package-lock.json')));
	return wanted.every(
		([path, entry]) => path === '' || entry.optional || installed[path]?.version === entry.version,
	);
}

const hasNode = () => existsSync(bundledNode) && spawnSync(bundledNode, ['--version']).status === 0;

const installPackages = () =>
	runStep("installing the project's packages", 'npm', ['install', '--no-save'], {
		cwd: root,
		shell: WINDOWS,
		remedy: 'Look at the messages below, then run this again; npm goes on where it stopped.',
	});

/** Install scripts are off for the project (.npmrc); this one fetches Node's own binary. */
async function installNode() {
	await runStep('fetching Node 24', 'npm', ['rebuild', 'node', '--ignore-scripts=false'], {
		cwd: root,
		shell: WINDOWS,
		remedy: 'Run this again; or install Node 24 yourself and run this with it.',
	}).catch(useOwnNode);
}

function useOwnNode(refusal) {
	if (!(refusal instanceof Refusal) || node24() === null) throw refusal;
	say(`  Going on with the Node ${process.versions.node} of this machine.`);
}

module.exports = { hasNode, hasPackages, installNode, installPackages };
