import { z } from '../vendor/zod';
import { checkFields, type FieldError, type Kind } from './kind';
import { KINDS } from './registry';

/** One kind of credential, as told to other programs. */
export interface KindDescription {
	name: string;
	/** The host's name of the credential type. */
	credentialType: string;
	displayName: string;
	auth: string;
	/** JSON Schema (draft 2020-12) of the stored fields. */
	schema: object;
	/** Dotted paths; `[]` stands for every element. */
	secretFields: string[];
	oauth?: object;
}

/** Lists every kind of credential with the shape of its fields. */
export const describeKinds = (): KindDescription[] => KINDS.map(describe);

function describe(kind: Kind): KindDescription {
	const { name, credentialType, displayName, auth, secretFields, oauth } = kind;
	return {
		name,
		credentialType,
		displayName,
		auth,
		schema: z.toJSONSchema(kind.schema, { io: 'input', unrepresentable: 'any' }),
		secretFields: [...secretFields],
		...(oauth === undefined ? {} : { oauth: structuredClone(oauth) }),
	};
}

/** What {@link validateCredential} answers. Sentences name fields and remedies, never values. */
export type Validation =
	| { valid: true; warnings: string[] }
	| { valid: false; errors: FieldError[] };

/**
 * Checks the fields of a credential before it is stored or used.
 *
 * Values that are n8n expressions are taken as they are: what they come to is known in a run only.
 *
 * @param kind - a name from {@link describeKinds}, or the host's name of the credential type
 * @throws RangeError when there is no such kind
 */
export function validateCredential(kind: string, data: unknown): Validation {
	const known = KINDS.find(({ name, credentialType }) => [name, credentialType].includes(kind));
	if (known === undefined) {
		throw new RangeError(`kind must be one of ${KINDS.map(({ name }) => name).join(', ')}`);
	}
	const { fields, errors } = checkFields(known, data);
	if (fields === null) return { valid: false, errors: [...errors] };
	return { valid: true, warnings: known.warnings?.(fields) ?? [] };
}
