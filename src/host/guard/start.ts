import { hostname } from 'node:os';
import { ready } from '../../sealing/sodium';
import { takeRootKey } from '../rootKey';
import { auditFolderIn, auditKeyFrom } from '../installation';
import { CredentialChanges } from './credentialChanges';
import { fileBuildOf } from './fileBuild';
import type { Guard } from './guard';
import type { Host } from './host';
import { installGuard, type SeamStatus } from './install';
import { instanceOf, roleOf, type Instance } from './instance';
import { Leaving } from './leave/leaving';
import { activeOnOtherEngine, closeOtherEngine, refuseOtherEngine } from './otherEngine';
import { GuardRecord } from './record';
import * as say from './report';
import { selfTest } from './selfTest';
import type { GuardSettings } from './settings';
import { guardFolderIn, isAlive, readStatuses, StatusFile, type GuardStatus } from './status';
import { GUARD_VERSION } from './version';

/** The guard of this process, and what it does at the turns of n8n's life. */
export interface StartedGuard {
	readonly guard: Guard;
	readonly changes: CredentialChanges;
	/** n8n is ready to run workflows. @throws Error when the guard is required and cannot protect */
	ready(): Promise<void>;
	/** n8n is about to stop. */
	stop(): Promise<void>;
	/** A workflow is about to be activated. @throws Error when it must not be */
	activate(workflow: unknown): void;
}

/**
 * Puts the guard into this process and says so.
 *
 * @param file - the hook file
 * @throws Error when the guard is required and a seam is missing: n8n then does not start
 */
export function startGuard(host: Host, settings: GuardSettings, file: string): StartedGuard {
	takeRootKey(process.env);
	const instance = instanceOf(host);
	const record = recordOf(instance);
	const { guard, seams } = installGuard(host, settings, (...event) => record.append(...event));
	const status = statusOf(host, instance, settings, seams, file);
	const missing = seams.filter((seam) => seam.missing !== undefined);
	if (settings.isRequired && missing.length > 0) throw new Error(say.requiredButMissing(missing));
	if (settings.isRequired) closeOtherEngine(host);
	const folder = guardFolderIn(instance.n8nFolder);
	const others = readStatuses(folder).filter((other) => isAnotherCopy(status, other));
	tell(say.startLine(status), ...missing.map(say.missingSeam));
	tell(...others.map((other) => say.otherCopy(status, other)));
	noteStart(record, status, settings);
	const changes = new CredentialChanges(host, guard);
	changes.listen();
	const statusFile = new StatusFile(folder, status);
	const tested = test(guard, statusFile);
	const leaving = new Leaving(host, guard, {
		folder,
		isSet: settings.isLeaving,
		opens: status.role === 'main',
		tell,
		note: (progress) => statusFile.change({ leaving: progress }),
		record: (type) => record.append(type, { role: status.role }),
	});
	return {
		guard,
		changes,
		async ready() {
			const failure = await tested;
			if (failure !== null && settings.isRequired) throw new Error(say.requiredButFailing(failure));
			await reportOtherEngine(host, settings);
			leaving.begin();
		},
		async stop() {
			await changes.settle();
			await record.stop();
			statusFile.remove();
		},
		activate(workflow) {
			if (settings.isRequired) refuseOtherEngine(workflow);
		},
	};
}

const tell = (...sentences: string[]): void => {
	for (const sentence of sentences) process.stdout.write(`${sentence}\n`);
};

function recordOf({ n8nFolder, encryptionKey }: Instance): GuardRecord {
	return new GuardRecord({
		folder: auditFolderIn(n8nFolder),
		process: roleOf(process.argv),
		key: ready.then(() => auditKeyFrom(encryptionKey)),
		clock: () => Date.now(),
		report: (sentence) => tell(`Sealbox guard: ${sentence}`),
	});
}

function statusOf(
	host: Host,
	{ instanceId }: Instance,
	{ isRequired }: GuardSettings,
	seams: readonly SeamStatus[],
	file: string,
): GuardStatus {
	return {
		format: 1,
		role: roleOf(process.argv),
		pid: process.pid,
		machine: hostname(),
		guardVersion: GUARD_VERSION,
		build: fileBuildOf(file),
		file,
		hostVersion: host.version,
		instanceId,
		isRequired,
		seams: seams.map(({ seam, missing }) => ({ name: seam.name, missing })),
		selfTest: 'pending',
		startedAt: new Date().toISOString(),
	};
}

const isAnotherCopy = (ours: GuardStatus, other: ReturnType<typeof readStatuses>[number]) =>
	isAlive(other, Date.now()) && other.pid !== ours.pid && other.build !== ours.build;

function noteStart(record: GuardRecord, status: GuardStatus, settings: GuardSettings): void {
	const missing = status.seams.filter((seam) => seam.missing !== undefined);
	record.append('guard.started', {
		role: status.role,
		version: status.guardVersion,
		build: status.build,
		host: status.hostVersion,
		missing: missing.map(({ name }) => name).join(' ') || undefined,
	});
	for (const credential of settings.exceptedCredentials) {
		record.append('credential.excepted', { credential });
	}
}

async function test(guard: Guard, statusFile: StatusFile): Promise<string | null> {
	const failure = await selfTest(guard);
	statusFile.change({ selfTest: failure === null ? 'passed' : { failed: failure } });
	if (failure !== null) tell(say.failing(failure));
	return failure;
}

async function reportOtherEngine(host: Host, { isRequired }: GuardSettings): Promise<void> {
	const workflows = await activeOnOtherEngine(host).catch(() => []);
	if (workflows.length === 0) return;
	if (isRequired) throw new Error(say.requiredButOtherEngine(workflows));
	tell(say.otherEngine(workflows));
}
