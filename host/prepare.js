#!/usr/bin/env node
/**
 * Brings in what this machine lacks, then runs a script on Node 24:
 *
 *   node host/prepare.js                      only prepare
 *   node host/prepare.js host/demo.ts --once  prepare, then run that script with those arguments
 *
 * Plain JavaScript on Node's own modules: it runs before anything has been installed, on Node 20.
 *
 *   1. Find out what is missing. Nothing: say nothing.
 *   2. Say what will be fetched, how large it is and how long that takes.
 *   3. Check the machine: disk, compiler, network.
 *   4. Install: packages, Node 24, n8n.
 *   5. Run the script.
 */
const { spawn } = require('node:child_process');
const {
	assertDisk,
	assertNetwork,
	assertNode,
	warnAboutCompiler,
} = require('./prepare/machine.js');
const { installN8n } = require('./prepare/n8n.js');
const {
	cacheFolder,
	hasN8n,
	hostVersion,
	n8nFolder,
	node24,
	root,
	withNode24,
} = require('./prepare/paths.js');
const { hasNode, hasPackages, installNode, installPackages } = require('./prepare/project.js');
const { Refusal, elapsed, say } = require('./prepare/terminal.js');

function missingParts() {
	const parts = [
		{
			missing: !hasPackages(),
			what: "the project's packages: 640 MB, about 1 minute",
			gib: 0.8,
			folder: root,
			install: installPackages,
		},
		{
			missing: !hasNode(),
			what: 'Node 24, which n8n needs: 125 MB, a few seconds',
			gib: 0.3,
			folder: root,
			install: installNode,
		},
		{
			missing: !hasN8n(n8nFolder()),
			what: `n8n ${hostVersion()}: 2.2 GB in ${cacheFolder()}, about 5 minutes, shared by every clone`,
			gib: 2.5,
			folder: cacheFolder(),
			install: () => installN8n(hostVersion()),
		},
	];
	return parts.filter((part) => part.missing);
}

async function prepare() {
	assertNode();
	const parts = missingParts();
	if (parts.length === 0) return;
	const since = Date.now();
	say('Sealbox fetches what this machine lacks, through npm:');
	for (const { what } of parts) say(`  - ${what}`);
	checkMachine(parts);
	for (const { install } of parts) await install();
	say(`Everything is in place (${elapsed(since)}).\n`);
}

function checkMachine(parts) {
	for (const { folder, gib, what } of parts) assertDisk(folder, gib, what.split(/[:,]/)[0]);
	if (parts.some(({ folder }) => folder === cacheFolder())) warnAboutCompiler();
	assertNetwork();
}

/** Type stripping runs the scripts as they are; the warning is about a package type we leave open. */
function runScript(script, args) {
	const flags = ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'];
	const env = { ...process.env, ...withNode24(), SEALBOX_N8N_FOLDER: n8nFolder() };
	const child = spawn(node24(), [...flags, script, ...args], { cwd: root, stdio: 'inherit', env });
	// Ctrl+C reaches the script by itself; we wait until it has tidied up.
	process.on('SIGINT', () => undefined);
	process.on('SIGTERM', () => child.kill('SIGTERM'));
	child.on('close', (code) => (process.exitCode = code ?? 1));
}

async function main([script, ...args]) {
	try {
		await prepare();
	} catch (error) {
		if (!(error instanceof Refusal)) throw error;
		process.stderr.write(`\n${error.message}\n`);
		process.exitCode = 1;
		return;
	}
	if (script !== undefined) runScript(script, args);
}

void main(process.argv.slice(2));
