import { ownType, type CredentialType } from '../../src/host/request/credential';
import { SealboxError } from '../../src/sealing/error';
import { PREDEFINED_TYPES } from './credentialTypes';
import type { Parameters } from '../parameters';

/** The credential type that the node is set to use; `null` for none. It is the same for all items. */
export function chosenType(parameters: Parameters): CredentialType | null {
	switch (parameters.choice('authentication', 0, 'none')) {
		case 'sealboxCredential':
			return ownType(chosen(parameters, 'sealboxCredentialType', 'Sealbox Credential Type'));
		case 'genericCredentialType':
			return ownType(chosen(parameters, 'genericAuthType', 'Generic Auth Type'));
		case 'predefinedCredentialType':
			return predefined(chosen(parameters, 'nodeCredentialType', 'Credential Type'));
		default:
			return null;
	}
}

function chosen(parameters: Parameters, name: string, label: string): string {
	const type = parameters.choice(name, 0, '');
	if (type !== '') return type;
	throw invalid(`No credential type is chosen. Choose one under ${label}.`);
}

function predefined(name: string): CredentialType {
	const listed = PREDEFINED_TYPES.find((type) => type.name === name);
	if (listed !== undefined) return listed;
	throw invalid(
		`Sealbox Request cannot use credentials of the type ${name}: n8n lets it open only types that it lists. Choose a Sealbox or generic credential.`,
	);
}

const invalid = (sentence: string) => new SealboxError('ERR_CREDENTIAL_INVALID', sentence);
