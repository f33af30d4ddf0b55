import { randomUUID } from 'node:crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import type { HostApi, Json } from '../hostApi/client';
import { updateCredential, type CredentialView } from '../hostApi/credentials';
import {
	rotate,
	type Exchange,
	type Rotated,
	type RotationEvent,
	type RotationPorts,
} from '../hostApi/rotation';
import { announceMinted } from '../kinds/announce';
import { SealboxError } from '../sealing/error';
import { whileHeld } from '../state/held';
import type { State } from '../state/state';
import { cutOffOf, Progress } from './cutOffRotations';
import { hostEvents } from './events';
import { forgetUse, rotationOf } from './rotations';
import { StoredCredentials } from './storedCredentials';
import { triggers } from './webhooks';

/** For so long a process that died is waited for; one that lives renews it. */
const LEASE_MS = 60_000;

const TYPES: Record<RotationEvent, string> = {
	started: 'credential.rotation.started',
	interrupted: 'credential.rotation.interrupted',
	rotated: 'credential.rotated',
	undone: 'credential.rotation.undone',
	stuck: 'credential.rotation.stuck',
};

export interface Wanted {
	readonly id: string;
	readonly test: 'n8n' | 'workflow' | 'none';
	/** The workflow that the test is, where it is one. */
	readonly workflowId?: string;
	readonly mayGoOnWithoutRollBack: boolean;
	values(credential: CredentialView): Promise<Json>;
	tryFirst?(credential: CredentialView, data: Json): Promise<void>;
}

/**
 * Rotates a credential of the n8n in which a node runs: see {@link rotate}. One rotation of a credential
 * at a time, by all processes; each on record and in the outbox.
 */
export async function rotateHere(
	context: IExecuteFunctions,
	api: HostApi,
	wanted: Wanted,
): Promise<Rotated> {
	const { state } = triggers();
	const rules = { ...wanted, test: wanted.test === 'workflow' ? 'check' : wanted.test } as const;
	const rotated = await whileHeld(
		state,
		rotationOf(wanted.id).lease,
		LEASE_MS,
		async () => await rotate(wanted.id, portsOf(context, api, wanted, state), rules),
	);
	if (rotated !== null) return rotated;
	throw new SealboxError(
		'ERR_ROTATION_REFUSED',
		'The credential was not rotated: another rotation of it is going on, or died less than a minute ago. Wait for its end.',
	);
}

function portsOf(
	context: IExecuteFunctions,
	api: HostApi,
	{ id, values, tryFirst, workflowId }: Wanted,
	state: State,
): RotationPorts {
	const stored = new StoredCredentials(context);
	const progress = new Progress(state, id);
	return {
		api,
		values,
		...(tryFirst && { tryFirst }),
		readOrNull: async (credential) => (await stored.readOrNull(credential)) as Json | null,
		restore: async (credential, data) => await stored.restore(credential, data as never),
		isHere: async (credential) => await isHere(api, stored, credential),
		announce,
		...(workflowId !== undefined && {
			check: async (credential) => await passes(context, workflowId, credential),
		}),
		cutOff: async () => await cutOffOf(state, id),
		record: async (event, credential, fields, exchange) =>
			await record(context, progress, event, credential, fields, exchange),
	};
}

/**
 * Ids alone prove nothing: a copy of this n8n has the same. Its API is asked to store the name that the
 * credential has, and this n8n has to notice.
 */
async function isHere(
	api: HostApi,
	stored: StoredCredentials,
	credential: CredentialView,
): Promise<boolean> {
	const before = await stored.changedAtOrNull(credential);
	if (before === null) return false;
	const { updatedAt } = await updateCredential(api, credential.id, { name: credential.name });
	const after = await stored.changedAtOrNull(credential);
	return after !== null && after !== before && after === Date.parse(String(updatedAt));
}

/** Whoever protects this process learns the new values as belonging with the earlier ones. */
function announce(earlier: Json | null, values: Json): void {
	const texts = Object.entries(values).filter(
		(entry): entry is [string, string] => typeof entry[1] === 'string',
	);
	const origin = texts
		.map(([name]) => earlier?.[name])
		.filter((value): value is string => typeof value === 'string' && value !== '');
	announceMinted(
		origin,
		texts.map(([name, value]) => ({ name, value })),
	);
}

async function passes(
	context: IExecuteFunctions,
	workflowId: string,
	{ id, name, type }: CredentialView,
): Promise<boolean> {
	const json = { credential: { id, name, type } };
	return await context
		.executeWorkflow({ id: workflowId }, [{ json }], undefined, {
			parentExecution: {
				executionId: context.getExecutionId(),
				workflowId: context.getWorkflow().id as string,
			},
		})
		.then(
			() => true,
			() => false,
		);
}

/**
 * Into the outbox, and from there into the audit trail. That it has begun must be there before anything is
 * written; what comes after has happened, and goes on record directly where the store is away.
 */
async function record(
	context: IExecuteFunctions,
	progress: Progress,
	event: RotationEvent,
	{ id, name, type }: CredentialView,
	fields: readonly string[],
	exchange: Exchange | undefined,
): Promise<void> {
	const subject = {
		credential: id,
		name,
		kind: type,
		fields: fields.join(', '),
		workflow: context.getWorkflow().id ?? '',
		node: context.getNode().name,
		execution: context.getExecutionId(),
	};
	// First: from the end of the rotation on, uses note what they see.
	if (event === 'rotated') await forgetUse(id);
	const told = { id: randomUUID(), type: TYPES[event], body: JSON.stringify(subject) };
	await progress.tell(event, told, exchange).catch((error: unknown) => {
		if (event === 'started') throw error;
		triggers().record({ type: TYPES[event], subject });
	});
	hostEvents().recordSoon();
}
