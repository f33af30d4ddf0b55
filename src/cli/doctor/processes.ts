import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileBuildOf } from '../../host/guard/fileBuild';
import { guardFolderIn, isAlive, readStatuses, type SeenStatus } from '../../host/guard/status';
import { n8nFolder } from '../../host/installation';
import type { Terminal } from '../command';
import { problem, type Finding } from './finding';

/** What the processes of n8n with the guard say of themselves. */
export function* examineProcesses({ env, packageFolder, now }: Terminal): Generator<Finding> {
	const all = readStatuses(guardFolderIn(n8nFolder(env)));
	const alive = all.filter((status) => isAlive(status, now()));
	if (alive.length === 0) {
		yield problem(
			'No process of this n8n runs with the guard.',
			'If n8n runs, set EXTERNAL_HOOK_FILES to the guard (sealbox guard install PATH) and start n8n again.',
		);
	}
	for (const status of alive) yield examine(status);
	yield* compareCopies(alive, join(packageFolder, 'dist', 'guard.js'));
}

function examine(status: SeenStatus): Finding {
	const { role, pid, machine, hostVersion, guardVersion, build, seams, selfTest } = status;
	const missing = seams.filter((seam) => seam.missing !== undefined);
	const details = [
		`since ${status.startedAt}, guard ${guardVersion} (${build}) at ${status.file}`,
		...missing.map((seam) => `"${seam.name}" is not in force: ${seam.missing}`),
		...selfTestOf(selfTest),
		...(status.leaving
			? ['it is leaving and seals nothing that is stored (sealbox guard stay)']
			: []),
	];
	const inForce = `${seams.length - missing.length} of ${seams.length} seams in force`;
	const required = status.isRequired ? ', required' : '';
	const hasFailed = selfTest !== 'passed' && selfTest !== 'pending';
	const isProblem = missing.length > 0 || hasFailed || status.leaving !== undefined;
	const sentence = `${role} process ${pid} on ${machine}: n8n ${hostVersion}, ${inForce}${required}.`;
	return { isProblem, sentence, details };
}

const selfTestOf = (selfTest: SeenStatus['selfTest']): string[] => {
	if (selfTest === 'passed') return ['a secret planted at its start was found, sealed and opened'];
	return selfTest === 'pending' ? [] : [selfTest.failed];
};

function* compareCopies(alive: readonly SeenStatus[], own: string): Generator<Finding> {
	const builds = new Set(alive.map(({ build }) => build));
	if (builds.size > 1) {
		yield problem(
			'Not all processes run the same copy of the guard.',
			'Install one for all (sealbox guard install PATH), and start them again.',
		);
	}
	const installed = existsSync(own) ? fileBuildOf(own) : undefined;
	if (installed === undefined || builds.size === 0 || builds.has(installed)) return;
	yield problem(
		`The guard in force is another one than this package brings (${installed}).`,
		'After an update: sealbox guard install PATH, and start n8n again.',
	);
}
