import { createHash } from 'node:crypto';
import type {
	ICredentialDataDecryptedObject,
	IHookFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';
import { StoredCredentials, type StoredName } from './storedCredentials';

type Context = IHookFunctions | IWebhookFunctions;

interface Answer {
	readonly fields: ICredentialDataDecryptedObject;
	/** Whether whoever finds the same stored has the same fields. */
	readonly isLasting: boolean;
}

/** The fields of a credential as the host gave them, and what they were made from. */
interface Given {
	readonly digest: string;
	/** Still to come where they were just asked for: who comes meanwhile waits for the same ones. */
	readonly answer: Promise<Answer>;
	readonly untilMs: number;
}

/** What an operator sets for all credentials of a type may change meanwhile. */
const KEPT_MS = 60_000;
const MOST = 1_000;

/** The package may be loaded twice in one process. */
const SHARED = Symbol.for('sealbox.triggerCredentials.v2');
const holder = globalThis as unknown as Record<symbol, Map<string, Given> | undefined>;
const given = (): Map<string, Given> => (holder[SHARED] ??= new Map<string, Given>());

/**
 * The fields of the credential of a trigger, as `getCredentials` gives them.
 *
 * The host reads what it has stored for each request, and refuses as ever; but it is spared giving the same
 * fields again, for which n8n 2.41 starts its expression engine even where no field is an expression.
 *
 * @throws what `getCredentials` throws
 */
export async function credentialOf(
	context: Context,
	type: string,
): Promise<ICredentialDataDecryptedObject> {
	const node = context.getNode();
	const link = node.credentials?.[type];
	const id = link?.id ?? null;
	if (id === null) return await context.getCredentials(type);
	const named = { id, name: link?.name ?? '', type };
	const digest = await digestOrNull(context, named);
	if (digest === null) return await context.getCredentials(type);
	const name = `${context.getWorkflow().id}/${node.id}/${type}`;
	const known = given().get(name);
	if (known?.digest !== digest || known.untilMs < Date.now()) {
		return await give(context, name, named, digest);
	}
	const answer = await known.answer.catch(() => null);
	return answer?.isLasting ? answer.fields : await context.getCredentials(type);
}

/** Has the host give the fields, to all who ask meanwhile. */
async function give(
	context: Context,
	name: string,
	named: StoredName,
	digest: string,
): Promise<ICredentialDataDecryptedObject> {
	const answer = answerOf(context, named, digest);
	const made = { digest, answer, untilMs: Date.now() + KEPT_MS };
	if (given().size >= MOST) given().clear();
	given().set(name, made);
	const isLasting = await answer.then(
		(each) => each.isLasting,
		() => false,
	);
	if (!isLasting && given().get(name) === made) given().delete(name);
	return (await answer).fields;
}

async function answerOf(context: Context, named: StoredName, digest: string): Promise<Answer> {
	const fields = await context.getCredentials(named.type);
	const stored = await new StoredCredentials(context).readOrNull(named);
	// They may have been changed between, and be changed back.
	const isSame = (await digestOrNull(context, named)) === digest;
	return { fields, isLasting: isSame && stored !== null && !hasExpression(stored) };
}

/** A field that is an expression may be another one for each request. */
const hasExpression = (stored: ICredentialDataDecryptedObject): boolean =>
	Object.values(stored).some((field) => JSON.stringify(field)?.includes('"=') === true);

/** What the host makes the fields from, in tests otherwise: they are the same as long as this is. */
async function digestOrNull(context: Context, named: StoredName): Promise<string | null> {
	const sealed = await new StoredCredentials(context).sealedOrNull(named);
	if (sealed === null) return null;
	return createHash('sha256')
		.update(JSON.stringify([context.getMode(), context.getNode(), sealed]))
		.digest('base64');
}
