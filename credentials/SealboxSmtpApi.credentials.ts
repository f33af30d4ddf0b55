import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

const whenLogin = (...ways: string[]): INodeProperties['displayOptions'] => ({
	show: { login: ways },
});

const whenDkim: INodeProperties['displayOptions'] = { show: { dkim: [true] } };

export class SealboxSmtpApi implements ICredentialType {
	name = 'sealboxSmtpApi';

	displayName = 'Sealbox SMTP';

	icon: Icon = { light: 'file:sealboxSmtp.svg', dark: 'file:sealboxSmtp.dark.svg' };

	documentationUrl =
		'https://github.com/sealbox/n8n-nodes-sealbox/blob/main/docs/credentials/smtp.md';

	restrictToSupportedNodes = true as const;

	properties: INodeProperties[] = [
		{
			displayName: 'Host',
			name: 'host',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. smtp.example.com',
			description: 'Name or address of the mail server, without scheme or port',
		},
		{
			displayName: 'Port',
			name: 'port',
			type: 'number',
			default: 587,
			description: 'Usually 587 with STARTTLS, or 465 with TLS from the start',
		},
		{
			displayName: 'TLS',
			name: 'tls',
			type: 'options',
			options: [
				{
					name: 'STARTTLS',
					value: 'starttls',
					description:
						'Usual on port 587. The server has to offer it: without it, nothing is sent.',
				},
				{
					name: 'From the Start',
					value: 'implicit',
					description: 'Usual on port 465',
				},
				{
					name: 'None (Insecure)',
					value: 'none',
					description: 'For a server on this machine or on a network that nobody else can reach',
				},
			],
			default: 'starttls',
		},
		{
			displayName:
				'Without TLS, whoever is between n8n and the server reads every mail and the login. Fine for localhost.',
			name: 'noneNotice',
			type: 'notice',
			default: '',
			displayOptions: { show: { tls: ['none'] } },
		},
		{
			displayName: 'CA Certificate',
			name: 'ca',
			type: 'string',
			typeOptions: { rows: 4 },
			default: '',
			placeholder: 'e.g. -----BEGIN CERTIFICATE-----',
			description:
				'Only for servers whose certificate comes from an authority of your own: the certificate of that authority, as PEM',
			displayOptions: { show: { tls: ['starttls', 'implicit'] } },
		},
		{
			displayName: 'Login',
			name: 'login',
			type: 'options',
			options: [
				{ name: 'Password', value: 'password' },
				{ name: 'OAuth2 Access Token', value: 'oauth2' },
				{ name: 'None', value: 'none' },
			],
			default: 'password',
		},
		{
			displayName: 'User',
			name: 'user',
			type: 'string',
			default: '',
			placeholder: 'e.g. ada@example.com',
			displayOptions: whenLogin('password', 'oauth2'),
		},
		{
			displayName: 'Password',
			name: 'password',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			hint: 'Many providers ask for an app password here, not for the one of the account',
			displayOptions: whenLogin('password'),
		},
		{
			displayName: 'Access Token',
			name: 'accessToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'Token with the right to send mail, without the word Bearer. An expression can fetch it.',
			displayOptions: whenLogin('oauth2'),
		},
		{
			displayName: 'Client Host Name',
			name: 'hostName',
			type: 'string',
			default: '',
			placeholder: 'e.g. n8n.example.com',
			description: 'How n8n introduces itself to the server. Empty means the name of its machine.',
		},
		{
			displayName: 'Connection Timeout (Ms)',
			name: 'connectTimeout',
			type: 'number',
			default: 10000,
			description: 'Milliseconds until an attempt to connect is given up',
		},
		{
			displayName: 'DKIM',
			name: 'dkim',
			type: 'boolean',
			default: false,
			description:
				'Whether to sign mail with a key of your domain. Most providers do that themselves.',
		},
		{
			displayName: 'DKIM Domain',
			name: 'dkimDomain',
			type: 'string',
			default: '',
			placeholder: 'e.g. example.com',
			description: 'The domain of the sender',
			displayOptions: whenDkim,
		},
		{
			displayName: 'DKIM Selector',
			name: 'dkimSelector',
			type: 'string',
			default: '',
			placeholder: 'e.g. mail2026',
			description: 'The public key stands in the DNS at selector._domainkey.domain',
			displayOptions: whenDkim,
		},
		{
			displayName: 'DKIM Private Key',
			name: 'dkimPrivateKey',
			type: 'string',
			typeOptions: { password: true, rows: 4 },
			default: '',
			description: 'RSA key as PEM, without passphrase',
			displayOptions: whenDkim,
		},
	];
}
