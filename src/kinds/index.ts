import { bearer } from './bearer';
import { parseFields, type Fields, type Kind, type OutgoingRequest } from './kind';

const KINDS: readonly Kind[] = [bearer as unknown as Kind];

export const kindOfType = (credentialType: string): Kind | undefined =>
	KINDS.find((kind) => kind.credentialType === credentialType);

/** What a credential type's `authenticate` calls: checks the fields, then applies them. */
export async function authenticate(
	credentialType: string,
	fields: Fields,
	request: OutgoingRequest,
): Promise<OutgoingRequest> {
	const kind = kindOfType(credentialType);
	if (kind?.authenticate === undefined)
		throw new TypeError(`${credentialType} does not authenticate`);
	return await kind.authenticate(parseFields(kind, fields), request);
}
