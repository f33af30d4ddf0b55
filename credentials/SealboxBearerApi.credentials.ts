import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	Icon,
	INodeProperties,
} from 'n8n-workflow';
import { service } from './service';

export class SealboxBearerApi implements ICredentialType {
	name = 'sealboxBearerApi';

	displayName = 'Sealbox Bearer';

	icon: Icon = { light: 'file:sealboxBearer.svg', dark: 'file:sealboxBearer.dark.svg' };

	documentationUrl =
		'https://github.com/sealbox/n8n-nodes-sealbox/blob/main/docs/credentials/bearer.md';

	properties: INodeProperties[] = [
		{
			displayName: 'Token',
			name: 'token',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'The token that the service gave you, without the word Bearer',
		},
		...service,
	];

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const { authenticate } = await import('../src/host/authenticate');
		return await authenticate('sealboxBearerApi', credentials, request);
	}
}
