import type { AnswerPolicy } from './answerPolicy';
import type { CredentialDirectory } from './credentials';
import type { KnownSecrets } from './learn/known';
import type { Permissions } from './permissions';
import type { StoredForm } from './runData/sealContent';
import type { Tokens } from './tokens';
import type { WorkflowDirectory } from './workflows';

/** Puts on record what happened to what; `actor` is the id of a user. Never throws, never waits. */
export type RecordEvent = (
	type: string,
	subject: Readonly<Record<string, string | undefined>>,
	actor?: string,
) => void;

/** What the guard needs of the host it protects. */
export interface GuardParts {
	/** Made once the keys are derived. */
	readonly tokens: Promise<Tokens>;
	readonly known: KnownSecrets;
	readonly credentials: CredentialDirectory;
	readonly workflows: WorkflowDirectory;
	readonly permissions: Permissions;
	/** Ids of credentials that are not protected. */
	readonly excepted: ReadonlySet<string>;
	readonly form: StoredForm;
	readonly answers: AnswerPolicy;
	/** Larger files are not searched; without it there is no limit. */
	readonly mostFileBytes?: number;
	/** For the record of what happened. */
	readonly record: RecordEvent;
}
