import { answerPolicy } from '../../../src/host/guard/answerPolicy';
import { readSettings } from '../../../src/host/guard/settings';
import * as flatted from 'flatted';
import type { CredentialDirectory } from '../../../src/host/guard/credentials';
import { Guard } from '../../../src/host/guard/guard';
import type { GuardParts } from '../../../src/host/guard/parts';
import { KnownSecrets } from '../../../src/host/guard/learn/known';
import type { Permissions } from '../../../src/host/guard/permissions';
import { asStored, type StoredForm } from '../../../src/host/guard/runData/sealContent';
import type { Run } from '../../../src/host/guard/runs';
import { Tokens } from '../../../src/host/guard/tokens';
import type { WorkflowDirectory } from '../../../src/host/guard/workflows';
import { tokenKey } from '../../../src/sealing/sealedToken';
import { ready } from '../../../src/sealing/sodium';

export const CREDENTIAL = 'Cred000000000001';
export const WORKFLOW = 'Flow000000000001';
export const OTHER_WORKFLOW = 'Flow000000000002';

export const form = flatted as StoredForm;

/** A guard without a host: what a test says exists and is referenced. */
export interface Room {
	readonly guard: Guard;
	readonly known: KnownSecrets;
	/** Ids of the credentials that exist. */
	readonly existing: Set<string>;
	/** Credentials by the workflow that references them. */
	readonly references: Map<string, Set<string>>;
	/** Credentials that no workflow may use. */
	readonly forbidden: Set<string>;
	readonly records: { type: string; subject: Record<string, string | undefined> }[];
	/** A run of the workflow, which carries the credential. */
	run(executionId?: string, workflowId?: string): Promise<Run>;
}

/** @param values - the secrets of the one credential */
export function openRoom(values: readonly string[]): Room {
	const known = new KnownSecrets(() => 0);
	known.learn(
		CREDENTIAL,
		'Mine',
		values.map((value) => ({ field: 'password', value })),
	);
	const existing = new Set([CREDENTIAL]);
	const forbidden = new Set<string>();
	const references = new Map([
		[WORKFLOW, new Set([CREDENTIAL])],
		[OTHER_WORKFLOW, new Set([CREDENTIAL])],
	]);
	const records: Room['records'] = [];
	const key = Uint8Array.from({ length: 64 }, (_, i) => i);
	const credentials: Partial<CredentialDirectory> = {
		exists: (id) => existing.has(id),
		learn: async () => undefined,
		viewOf: () => undefined,
	};
	const workflows: Partial<WorkflowDirectory> = {
		credentialsOf: async (id) => references.get(id) ?? new Set(),
		references: async (id, credential) => references.get(id)?.has(credential) ?? false,
		isVersionOf: async () => true,
	};
	const permissions: Partial<Permissions> = {
		ofWorkflow: async (_, ids) => new Set([...ids].filter((id) => !forbidden.has(id))),
	};
	const parts: GuardParts = {
		tokens: ready.then(() => new Tokens(tokenKey(key), 'instance')),
		known,
		credentials: credentials as CredentialDirectory,
		workflows: workflows as WorkflowDirectory,
		permissions: permissions as Permissions,
		answers: answerPolicy(readSettings({})),
		excepted: new Set(),
		form,
		record: (type, subject) => records.push({ type, subject }),
	};
	const guard = new Guard(parts);
	return {
		guard,
		known,
		existing,
		references,
		forbidden,
		records,
		run: async (executionId = '1', workflowId = WORKFLOW) => {
			const links = [...(references.get(workflowId) ?? [])];
			const nodes = links.map((id) => ({ credentials: { any: { id } } }));
			return await guard.runOf(executionId, { id: workflowId, nodes });
		},
	};
}

/** As the host would write it and read it again. */
export const stored = <T>(value: T): T => asStored(form, value) as T;

/** Run data of one node with these items, and of the content around it. */
export const runDataOf = (items: unknown[], more: object = {}) => ({
	version: 1,
	startData: {},
	resultData: {
		runData: {
			Fetch: [
				{
					startTime: 1,
					executionTime: 2,
					executionIndex: 0,
					executionStatus: 'success',
					source: [{ previousNode: 'main', previousNodeOutput: 0, previousNodeRun: 0 }],
					data: { main: [items] },
				},
			],
		},
		lastNodeExecuted: 'Fetch',
	},
	executionData: { contextData: {}, nodeExecutionStack: [], metadata: {} },
	...more,
});
