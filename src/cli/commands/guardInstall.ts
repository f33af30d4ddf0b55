import { copyFileSync, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { dirname, join, resolve, sep } from 'node:path';
import { n8nFolder, type Environment } from '../../host/installation';
import { EXIT, Refusal, type Command } from '../command';

const DEFAULT_NAME = 'sealbox-guard.js';

export const guardInstall: Command = {
	name: 'guard install',
	usage: 'PATH',
	summary: 'Copy the guard to PATH, and print the setting that turns it on.',
	details: [
		'',
		`PATH is a file, or a folder in which the file gets the name ${DEFAULT_NAME}. Choose a folder that`,
		'stays when Sealbox is uninstalled: n8n does not start when the file is missing. After an update of',
		'Sealbox do this again.',
	],
	positionals: [1, 1],
	async run({ positionals: [path] }, { env, packageFolder, out, err }) {
		const target = targetOf(resolve(path));
		const guard = join(packageFolder, 'dist', 'guard.js');
		if (!existsSync(guard)) throw new Refusal('This build of Sealbox has no guard.');
		copyAtomically(guard, target);
		out(`The guard is at ${target}. Set this for every process of n8n, and start n8n again:`);
		out('');
		out(`EXTERNAL_HOOK_FILES=${hookFiles(env, target)}`);
		for (const warning of warningsFor(target, env)) err(`sealbox: ${warning}`);
		return EXIT.ok;
	},
};

function targetOf(path: string): string {
	const target = isFolder(path) ? join(path, DEFAULT_NAME) : path;
	const folder = dirname(target);
	if (!isFolder(folder)) {
		throw new Refusal(`There is no folder ${folder}. Make it first, as the user that runs n8n.`);
	}
	return target;
}

const isFolder = (path: string): boolean =>
	statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** An n8n that starts meanwhile finds the earlier file or the new one, never half of one. */
function copyAtomically(from: string, to: string): void {
	const draft = `${to}.${randomBytes(4).toString('hex')}.draft`;
	const code = codeOrNull(() => {
		copyFileSync(from, draft);
		renameSync(draft, to);
	});
	if (code === null) return;
	rmSync(draft, { force: true });
	throw new Refusal(`${to} cannot be written (${code}).`);
}

function codeOrNull(work: () => void): string | null {
	try {
		work();
		return null;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code ?? 'unknown';
	}
}

/** The hook files that are set already, and the guard after them. */
function hookFiles(env: Environment, target: string): string {
	const separator = env.EXTERNAL_HOOK_FILES_SEPARATOR || ':';
	const files = (env.EXTERNAL_HOOK_FILES ?? '').split(separator).filter((file) => file !== '');
	return [...files.filter((file) => file.trim() !== target), target].join(separator);
}

function* warningsFor(target: string, env: Environment): Generator<string> {
	const nodes = join(n8nFolder(env), 'nodes') + sep;
	if (target.startsWith(nodes) || target.split(sep).includes('node_modules')) {
		yield `Uninstalling Sealbox may remove ${target}, and n8n does not start without it. A folder outside n8n's nodes is better.`;
	}
	const separator = env.EXTERNAL_HOOK_FILES_SEPARATOR || ':';
	if (target.includes(separator)) {
		yield `The path has "${separator}" in it, at which n8n takes it apart. Choose another path, or set EXTERNAL_HOOK_FILES_SEPARATOR.`;
	}
}
