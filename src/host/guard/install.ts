import { onMinted } from '../../kinds/announce';
import { provideRunSecrets } from '../runSecrets';
import { answerPolicy } from './answerPolicy';
import { CredentialDirectory } from './credentials';
import { Guard } from './guard';
import type { Host } from './host';
import { instanceOf } from './instance';
import { KnownSecrets } from './learn/known';
import type { GuardParts } from './parts';
import type { StoredForm } from './runData/sealContent';
import { Permissions } from './permissions';
import { SEAMS } from './seams';
import { replaceExisting } from './seams/readers';
import type { Seam } from './seams/seam';
import type { GuardSettings } from './settings';
import { tokensFor } from './tokenKeys';
import type { Tokens } from './tokens';
import { paceWebhooks } from './webhookPace';
import { WorkflowDirectory } from './workflows';

/** What came of installing one seam. */
export interface SeamStatus {
	readonly seam: Seam;
	/** Why it is not in force; undefined when it is. */
	readonly missing?: string;
}

/** Puts the guard into a host, and says which seams are in force. */
export function installGuard(
	host: Host,
	settings: GuardSettings,
	record: GuardParts['record'],
): { guard: Guard; seams: SeamStatus[] } {
	const guard = new Guard(partsOf(host, settings, record));
	const seams = SEAMS.map((seam) => installed(host, guard, settings, seam));
	guard.isReversible = seams.every(({ seam, missing }) => !seam.isOpening || missing === undefined);
	replaceExisting();
	listenToMints(guard);
	shareRunSecrets(guard);
	paceWebhooks(host);
	return { guard, seams };
}

function installed(host: Host, guard: Guard, settings: GuardSettings, seam: Seam): SeamStatus {
	if (settings.withoutSeams.has(seam.name)) return { seam, missing: 'it is switched off' };
	try {
		seam.install(host, guard);
		return { seam };
	} catch (error) {
		return { seam, missing: error instanceof Error ? error.message : 'it cannot be wrapped' };
	}
}

function partsOf(host: Host, settings: GuardSettings, record: GuardParts['record']): GuardParts {
	const clock = () => Date.now();
	const known = new KnownSecrets(clock);
	return {
		tokens: tokensOf(host),
		mostFileBytes: settings.mostFileBytes,
		known,
		credentials: new CredentialDirectory(host, known, clock),
		workflows: new WorkflowDirectory(host, clock),
		permissions: new Permissions(host, clock),
		excepted: settings.exceptedCredentials,
		answers: answerPolicy(settings),
		form: host.package<StoredForm>('flatted'),
		record,
	};
}

async function tokensOf(host: Host): Promise<Tokens> {
	const { encryptionKey, instanceId } = instanceOf(host);
	return await tokensFor(encryptionKey, instanceId);
}

/** Nodes and credentials of Sealbox make secrets that no store of the host ever holds. */
const listenToMints = (guard: Guard): void =>
	onMinted((origin, minted) => {
		const secrets = minted.map(({ name, value }) => ({ field: name.replace(/\W/g, '_'), value }));
		guard.learnMinted(origin, secrets);
	});

/** For Sealbox Respond, which takes them out of what it answers. */
const shareRunSecrets = (guard: Guard): void =>
	provideRunSecrets({
		hide(executionId, value) {
			const run = guard.runs.get(executionId);
			return run === undefined ? null : guard.hideOf(run, value);
		},
		isIn(executionId, bytes) {
			const run = guard.runs.get(executionId);
			return run === undefined || guard.isSecretIn(run, bytes);
		},
	});
