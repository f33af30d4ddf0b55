import { ownType, type CredentialType } from '../../src/host/request/credential';
import { SealboxError } from '../../src/sealing/error';
import { PREDEFINED_TYPES } from './credentialTypes';
import type { Parameters } from './parameters';

/** The credential type that the node is set to use; `null` for none. It is the same for all items. */
export function chosenType(parameters: Parameters): CredentialType | null {
	switch (parameters.choice('authentication', 0, 'none')) {
		case 'sealboxCredential':
			return ownType(parameters.choice('sealboxCredentialType', 0, ''));
		case 'genericCredentialType':
			return ownType(parameters.choice('genericAuthType', 0, ''));
		case 'predefinedCredentialType':
			return predefined(parameters.choice('nodeCredentialType', 0, ''));
		default:
			return null;
	}
}

function predefined(name: string): CredentialType {
	const listed = PREDEFINED_TYPES.find((type) => type.name === name);
	if (listed !== undefined) return listed;
	throw new SealboxError(
		'ERR_CREDENTIAL_INVALID',
		name === ''
			? 'No credential type is chosen. Choose one under Credential Type.'
			: `Sealbox Request cannot use credentials of the type ${name}: n8n lets it open only types that it lists. Choose a Sealbox or generic credential.`,
	);
}
