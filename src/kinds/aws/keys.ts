import type { Circumstances, Needle, OutgoingRequest } from '../kind';
import { headerOf } from '../outgoing';
import type { AwsFields } from './fields';
import { assumeRole, identityOf, keysOf } from './role';
import type { SigningKeys } from './sigv4';
import { forgetTemporaryKeys, temporaryKeys } from './temporaryKeys';

/** The keys that a request is signed with, and what is secret about them besides the fields. */
export interface KeysInUse {
	readonly keys: SigningKeys;
	readonly used: readonly Needle[];
	/** When they expire, in milliseconds since the Unix epoch, as far as we know. */
	readonly expiresAtMs?: number;
}

/** The keys of the credential, or those of the role that they assume. */
export async function signingKeys(
	fields: AwsFields,
	circumstances: Circumstances,
): Promise<KeysInUse> {
	if (fields.assumeRole !== true) return { keys: keysOf(fields), used: [] };
	const keys = await temporaryKeys(
		identityOf(fields),
		circumstances.now(),
		async () => await assumeRole(fields, circumstances),
	);
	const { accessKeyId, secretAccessKey, sessionToken, expiresAtMs } = keys;
	return {
		keys: { accessKeyId, secretAccessKey, sessionToken },
		used: [
			{ name: 'temporarySecretAccessKey', value: secretAccessKey },
			{ name: 'temporarySessionToken', value: sessionToken },
		],
		expiresAtMs,
	};
}

/** Drops the keys of the role; those that a refused request was not signed with are kept. */
export const forgetKeys = (fields: AwsFields, refused?: OutgoingRequest): boolean =>
	fields.assumeRole === true &&
	forgetTemporaryKeys(identityOf(fields), refused && headerOf(refused, 'x-amz-security-token'));
