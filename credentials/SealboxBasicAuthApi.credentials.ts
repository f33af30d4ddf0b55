import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	Icon,
	INodeProperties,
} from 'n8n-workflow';
import { service } from './service';

export class SealboxBasicAuthApi implements ICredentialType {
	name = 'sealboxBasicAuthApi';

	displayName = 'Sealbox Basic Auth';

	icon: Icon = { light: 'file:sealboxBasicAuth.svg', dark: 'file:sealboxBasicAuth.dark.svg' };

	documentationUrl =
		'https://github.com/sealbox/n8n-nodes-sealbox/blob/main/docs/credentials/basic-auth.md';

	properties: INodeProperties[] = [
		{
			displayName: 'User',
			name: 'user',
			type: 'string',
			default: '',
			description: 'The user name. Some services leave it empty, or take a key in its place.',
		},
		{
			displayName: 'Password',
			name: 'password',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'The password. Leave it empty for a service that takes a key as the user.',
		},
		...service,
	];

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const { authenticate } = await import('../src/host/authenticate');
		return await authenticate('sealboxBasicAuthApi', credentials, request);
	}
}
