import { answerPolicy } from './answerPolicy';
import { readSettings } from './settings';
import type { CredentialDirectory } from './credentials';
import { Guard } from './guard';
import { KnownSecrets } from './learn/known';
import type { Permissions } from './permissions';
import type { Tokens } from './tokens';
import type { WorkflowDirectory } from './workflows';

/** A guard over no host, to try out its sealing: no credentials, no workflows, nothing on record. */
export const bareGuard = (tokens: Tokens): Guard =>
	new Guard({
		tokens: Promise.resolve(tokens),
		known: new KnownSecrets(() => Date.now()),
		credentials: { learn: async () => undefined } as unknown as CredentialDirectory,
		workflows: {} as WorkflowDirectory,
		permissions: { ofWorkflow: async () => new Set() } as unknown as Permissions,
		excepted: new Set(),
		answers: answerPolicy(readSettings({})),
		form: JSON,
		record: () => undefined,
	});
