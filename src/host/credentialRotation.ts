import { randomUUID } from 'node:crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import type { HostApi, Json } from '../hostApi/client';
import { updateCredential, type CredentialView } from '../hostApi/credentials';
import { rotate, type Rotated, type RotationEvent, type RotationPorts } from '../hostApi/rotation';
import { announceMinted } from '../kinds/announce';
import { SealboxError } from '../sealing/error';
import type { State } from '../state/state';
import { hostEvents } from './events';
import { forgetUse, rotationOf } from './rotations';
import { StoredCredentials } from './storedCredentials';
import { triggers } from './webhooks';

/** Longer than a test takes; a process that dies in between is waited for as long. */
const LEASE_MS = 600_000;

const TYPES: Record<RotationEvent, string> = {
	started: 'credential.rotation.started',
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
	const lease = await state.acquire(rotationOf(wanted.id).lease, randomUUID(), LEASE_MS);
	if (lease === null) {
		throw new SealboxError(
			'ERR_ROTATION_REFUSED',
			'The credential was not rotated: another rotation of it is going on. Wait for its end.',
		);
	}
	try {
		const rules = { ...wanted, test: wanted.test === 'workflow' ? 'check' : wanted.test } as const;
		return await rotate(wanted.id, portsOf(context, api, wanted, state), rules);
	} finally {
		await state.release(lease);
	}
}

function portsOf(
	context: IExecuteFunctions,
	api: HostApi,
	{ values, tryFirst, workflowId }: Wanted,
	state: State,
): RotationPorts {
	const stored = new StoredCredentials(context);
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
		record: async (event, credential, fields) =>
			await record(context, state, event, credential, fields),
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
	state: State,
	event: RotationEvent,
	{ id, name, type }: CredentialView,
	fields: readonly string[],
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
	await put(state, rotationOf(id).progress, event, told).catch((error: unknown) => {
		if (event === 'started') throw error;
		triggers().record({ type: TYPES[event], subject });
	});
	hostEvents().recordSoon();
}

async function put(
	state: State,
	key: string,
	value: string,
	event: { id: string; type: string; body: string },
): Promise<void> {
	const expected = (await state.read(key))?.version ?? 0;
	await state.swap({ key, expected, value, events: [event] });
}
