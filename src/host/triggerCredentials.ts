import { createHash } from 'node:crypto';
import type {
	ICredentialDataDecryptedObject,
	IHookFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';
import { StoredCredentials, type StoredData } from './storedCredentials';

/** The fields of a credential as the host gave them, and what they were made from. */
interface Given {
	readonly digest: string;
	readonly fields: ICredentialDataDecryptedObject;
	readonly untilMs: number;
}

/** What an operator sets for all credentials of a type may change meanwhile. */
const KEPT_MS = 60_000;
const MOST = 1_000;

/** The package may be loaded twice in one process. */
const SHARED = Symbol.for('sealbox.triggerCredentials.v1');
const holder = globalThis as unknown as Record<symbol, Map<string, Given> | undefined>;
const given = (): Map<string, Given> => (holder[SHARED] ??= new Map<string, Given>());

/**
 * The fields of the credential of a trigger, as `getCredentials` gives them.
 *
 * The host reads the stored fields for each request, and refuses as ever; but it is spared giving the same ones
 * again, for which n8n 2.41 starts its expression engine even where no field is an expression.
 *
 * @throws what `getCredentials` throws
 */
export async function credentialOf(
	context: IHookFunctions | IWebhookFunctions,
	type: string,
): Promise<ICredentialDataDecryptedObject> {
	const node = context.getNode();
	const link = node.credentials?.[type];
	const id = link?.id ?? null;
	if (id === null) return await context.getCredentials(type);
	const named = { id, name: link?.name ?? '', type };
	const reader = new StoredCredentials(context);
	const stored = await reader.readOrNull(named);
	if (stored === null || hasExpression(stored)) return await context.getCredentials(type);
	const name = `${context.getWorkflow().id}/${node.id}/${type}`;
	const digest = digestOf([node, stored]);
	const known = given().get(name);
	if (known?.digest === digest && known.untilMs > Date.now()) return known.fields;
	const fields = await context.getCredentials(type);
	// They may have been changed between, and be changed back.
	if (digestOf([node, await reader.readOrNull(named)]) !== digest) return fields;
	if (given().size >= MOST) given().clear();
	given().set(name, { digest, fields, untilMs: Date.now() + KEPT_MS });
	return fields;
}

/** A field that is an expression may be another one for each request. */
const hasExpression = (stored: StoredData): boolean =>
	Object.values(stored).some((field) => JSON.stringify(field)?.includes('"=') === true);

const digestOf = (value: unknown): string =>
	createHash('sha256').update(JSON.stringify(value)).digest('base64');
