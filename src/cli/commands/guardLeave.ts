import { setTimeout as sleep } from 'node:timers/promises';
import { bounded } from '../../audit/event';
import type { LeaveProgress } from '../../host/guard/leave/leaving';
import { requestLeave, withdrawLeave } from '../../host/guard/leave/request';
import { guardFolderIn, isAlive, readStatuses } from '../../host/guard/status';
import { n8nFolder } from '../../host/installation';
import { EXIT, Refusal, type Command, type ExitCode, type Terminal } from '../command';

const LOOK_MS = 500;
const SECONDS = 120;

export const guardLeave: Command = {
	name: 'guard leave',
	usage: '[--wait SECONDS]',
	summary: 'Open what n8n will go on with, so that the guard can be taken away.',
	details: [
		'',
		'n8n has to run, with the guard. From now on nothing that is stored is sealed, and executions that',
		'wait, static data and pinned data are opened. The request holds until: sealbox guard stay',
		'Processes on other machines that do not share the folder of n8n need SEALBOX_GUARD=leave instead.',
		'',
		`  --wait SECONDS  how long to wait until it is done; ${SECONDS} unless it is given`,
	],
	options: { wait: { type: 'string' } },
	positionals: [0, 0],
	async run({ values }, terminal) {
		const seconds = secondsOf(values.wait as string | undefined);
		const folder = guardFolderIn(n8nFolder(terminal.env));
		attempt(folder, () => requestLeave(folder, terminal.now()));
		return await follow(folder, terminal, terminal.now() + seconds * 1_000);
	},
};

export const guardStay: Command = {
	name: 'guard stay',
	usage: '',
	summary: 'Take back the request to leave: the guard seals again.',
	positionals: [0, 0],
	async run(_call, { env, out }) {
		const folder = guardFolderIn(n8nFolder(env));
		const wasRequested = attempt(folder, () => withdrawLeave(folder));
		out(wasRequested ? 'The guard stays, and seals again.' : 'The guard was not asked to leave.');
		return EXIT.ok;
	},
};

/** Tells how far the processes are, until all that share the folder have left or the time is over. */
async function follow(folder: string, terminal: Terminal, deadline: number): Promise<ExitCode> {
	const { out, now } = terminal;
	for (let last = ''; ; await sleep(LOOK_MS)) {
		const alive = readStatuses(folder).filter((status) => isAlive(status, now()));
		if (!alive.some(({ role }) => role === 'main')) return doLater(terminal);
		const told = alive.map(({ role, pid, leaving }) => `${role} ${pid}: ${progressOf(leaving)}`);
		if (told.join() !== last) for (const line of told) out(bounded(line));
		last = told.join();
		if (alive.every(({ leaving }) => leaving?.isDone)) {
			return tellEnd(
				alive.flatMap(({ leaving }) => leaving?.refused ?? []),
				terminal,
			);
		}
		if (now() >= deadline) {
			throw new Refusal('It is not done yet. n8n goes on with it, and says in its log when it is.');
		}
	}
}

const progressOf = (leaving: LeaveProgress | undefined): string => {
	if (leaving === undefined) return 'has not taken up the request yet';
	const { isDone, opened, underWay } = leaving;
	return `${isDone ? 'done' : 'under way'} (opened: ${opened}, runs under way: ${underWay})`;
};

function tellEnd(refused: readonly string[], { out }: Terminal): ExitCode {
	for (const sentence of refused) out(bounded(sentence));
	out('Nothing else that n8n will go on with is sealed. Stop n8n, remove EXTERNAL_HOOK_FILES from');
	out('the settings of every process, start n8n again. Then: sealbox guard stay');
	return refused.length > 0 ? EXIT.failure : EXIT.ok;
}

function doLater({ out }: Terminal): ExitCode {
	out(
		'n8n does not run with the guard at present; the request stands. Start n8n once more with the',
	);
	out('guard as before: it opens what it will go on with, and says in its log when that is done.');
	return EXIT.failure;
}

function secondsOf(text: string | undefined): number {
	if (text === undefined) return SECONDS;
	if (/^\d{1,6}$/.test(text)) return Number(text);
	throw new Refusal('--wait has to be a number of seconds.', EXIT.usage);
}

function attempt<T>(folder: string, work: () => T): T {
	const { value, code } = resultOf(work);
	if (code === undefined) return value as T;
	throw new Refusal(`${folder} cannot be written (${code}). Run this as the user that runs n8n.`);
}

function resultOf<T>(work: () => T): { value?: T; code?: string } {
	try {
		return { value: work() };
	} catch (error) {
		return { code: (error as NodeJS.ErrnoException).code ?? 'unknown' };
	}
}
