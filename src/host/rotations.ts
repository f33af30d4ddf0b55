import { randomUUID } from 'node:crypto';
import type { ICredentialDataDecryptedObject, IExecuteFunctions } from 'n8n-workflow';
import { fingerprint } from '../tokens/fingerprint';
import { mayVary } from './credentialExpressions';

const TOKEN_TYPE = 'sealboxTokenApi';
/** The lifecycle of tokens sees the other secrets of this type itself, in every node. */
const OF_TOKENS = ['refreshToken', 'loginBody'];
const MOST_REMEMBERED = 1_000;

/** Id of a credential -> keyed hash of its secrets, as this process saw them last. */
const known = new Map<string, string>();
/** An expression gives other values for other items: that is no rotation. */
const VARIES = 'varies';

let key: Promise<Uint8Array | null> | undefined;

/**
 * Looks whether a credential holds another secret than the last time that a node of this n8n used it, and
 * tells of that. Never throws and never waits. The store holds a keyed hash, which nothing can be told from.
 */
export function noteUse(
	context: IExecuteFunctions,
	type: string,
	data: ICredentialDataDecryptedObject,
): void {
	void note(context, type, data).catch(() => {
		// The host or the store does not answer; the next use looks again.
	});
}

/** A rotation that was told of already: the next use notes the new secret, and tells nobody. Never rejects. */
export async function forgetUse(id: string): Promise<void> {
	const { hostEvents } = await import('./events');
	await hostEvents().forget(subjectOf(id));
}

const subjectOf = (id: string): string => `rotated/${id}`;

/** How far a rotation came that has no end yet; more may follow, after a space. */
export const STARTED = 'started';

/** What whoever rotates a credential holds, and where it says how far it came. */
export const rotationOf = (id: string) => ({ lease: `rotation/${id}`, progress: `rotated/${id}` });

/** Whoever rotates a credential tells of it once it is proven; until then it may be taken back. */
async function isRotating(id: string): Promise<boolean> {
	const { processState } = await import('./sharedState');
	const state = processState();
	const { lease: name, progress } = rotationOf(id);
	if (!(await state.read(progress))?.value.startsWith(STARTED)) return false;
	const lease = await state.acquire(name, randomUUID(), 1_000);
	if (lease === null) return true;
	// Whoever rotated it has died.
	await state.release(lease);
	return false;
}

async function note(
	context: IExecuteFunctions,
	type: string,
	data: ICredentialDataDecryptedObject,
): Promise<void> {
	const { id, name } = context.getNode().credentials?.[type] ?? {};
	const secrets = secretsIn(context, type, data);
	if (!id || secrets.length === 0 || known.get(id) === VARIES) return;
	const secret = await (key ??= fingerprintKey());
	if (secret === null) return;
	const mark = fingerprint(secret, 'rotation', id, type, ...secrets);
	if (known.get(id) === mark) return;
	if (known.size >= MOST_REMEMBERED) known.clear();
	const { hostEvents } = await import('./events');
	const subject = subjectOf(id);
	const earlier = await hostEvents().markOf(subject);
	const isOther = earlier !== null && earlier !== mark;
	if (isOther && (await isRotating(id))) return;
	const varies = isOther && (await mayVary(context, type));
	known.set(id, varies ? VARIES : mark);
	if (varies || earlier === mark) return;
	const { kindOfType } = await import('../kinds');
	const kind = kindOfType(type)?.name ?? type;
	const body = JSON.stringify({ credential: id, name, kind, reason: 'edited' });
	hostEvents().announce({
		subject,
		mark,
		event: (before) =>
			before === null ? null : { id: randomUUID(), type: 'credential.rotated', body },
	});
}

/** What people fill in as a secret, field by field; not what the host renews. */
function secretsIn(
	context: IExecuteFunctions,
	type: string,
	data: ICredentialDataDecryptedObject,
): string[] {
	return context
		.getCredentialsProperties(type)
		.filter(({ typeOptions }) => typeOptions?.password && !typeOptions.expirable)
		.filter(({ name }) => type !== TOKEN_TYPE || OF_TOKENS.includes(name))
		.filter(({ name }) => data[name] !== undefined && data[name] !== '')
		.flatMap(({ name }) => [name, JSON.stringify(data[name])]);
}

/** `null` where there is no key that it could be made of: then nothing is compared. */
async function fingerprintKey(): Promise<Uint8Array | null> {
	// Loaded with the first use: n8n loads this file at its start.
	const { ready } = await import('../sealing/sodium');
	const { rootKeyOf } = await import('./rootKey');
	await ready;
	try {
		return rootKeyOf(process.env).derive('sealbox/credential-fingerprint/v1');
	} catch {
		return null;
	}
}
