import type { SeamStatus } from './install';
import type { GuardStatus } from './status';

/** What an operator reads at start and in the log, in whole sentences without values. */

const NAME = 'Sealbox guard';

/** One line that says what is on. */
export function startLine(status: GuardStatus): string {
	const { guardVersion, role, seams, hostVersion, isRequired } = status;
	const inForce = seams.filter(({ missing }) => missing === undefined).length;
	const which = inForce === seams.length ? `all ${inForce}` : `${inForce} of ${seams.length}`;
	const required = isRequired ? ' It is required.' : '';
	return `${NAME} is on: version ${guardVersion}, ${role} process, ${which} seams of n8n ${hostVersion} are in force.${required}`;
}

/** What is not protected, or does not work. */
export const missingSeam = ({ seam, missing }: SeamStatus): string =>
	`${NAME}: "${seam.name}" is not in force (${missing}). ${seam.without}`;

/** Why n8n does not start. */
export const requiredButMissing = (missing: readonly SeamStatus[]): string =>
	`${NAME} is required (SEALBOX_GUARD=required) and cannot protect everything: ${missing
		.map(({ seam }) => seam.without)
		.join(
			' ',
		)} Update the guard to a version that knows this n8n, or allow it with SEALBOX_GUARD=on.`;

export const requiredButFailing = (why: string): string =>
	`${NAME} is required (SEALBOX_GUARD=required) and does not work: ${why} Run sealbox doctor.`;

export const failing = (why: string): string => `${NAME}: ${why} Run sealbox doctor.`;

/** Several copies in the processes of one n8n. */
export const otherCopy = (ours: GuardStatus, other: GuardStatus): string =>
	`${NAME}: the ${other.role} process ${other.pid} runs another copy of the guard (version ${other.guardVersion}, ${other.build}) than this ${ours.role} process (version ${ours.guardVersion}, ${ours.build}). Use one copy for all, and start them again.`;

export interface NamedWorkflow {
	readonly id: string;
	readonly name: string;
}

const listed = (workflows: readonly NamedWorkflow[]): string =>
	workflows.map(({ id, name }) => `"${name}" (${id})`).join(', ');

/** Workflows that run on an engine whose data the guard never sees. */
export const otherEngine = (workflows: readonly NamedWorkflow[]): string =>
	`${NAME}: these active workflows are not protected, because they run on n8n's second engine (engineType v2): ${listed(workflows)}.`;

export const requiredButOtherEngine = (workflows: readonly NamedWorkflow[]): string =>
	`${NAME} is required (SEALBOX_GUARD=required) and cannot protect workflows on n8n's second engine (engineType v2): ${listed(workflows)}. Set their engine back, or allow it with SEALBOX_GUARD=on.`;

export const leaving = `${NAME} is leaving: it seals nothing that is stored from now on, and opens what n8n will go on with.`;
export const staying = `${NAME} stays: it seals again what is stored.`;

export const leavingFailed = (name: string): string =>
	`${NAME}: opening stored data failed (${name}), and is tried again.`;

export const staysSealed = (what: string, why: string): string =>
	`${NAME}: ${what} stays sealed. ${why}`;

export const hasLeft = (opened: number): string =>
	`${NAME}: nothing that n8n will go on with is sealed any more (opened: ${opened}). Stop n8n, remove EXTERNAL_HOOK_FILES, and start n8n again.`;
