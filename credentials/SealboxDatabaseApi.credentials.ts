import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

const whenTls = (...modes: string[]): INodeProperties['displayOptions'] => ({
	show: { tls: modes },
});
const whenTunnel = (way?: 'password' | 'privateKey'): INodeProperties['displayOptions'] => ({
	show: { sshTunnel: [true], ...(way === undefined ? {} : { sshAuthenticateWith: [way] }) },
});
const PEM_ROWS = 4;

export class SealboxDatabaseApi implements ICredentialType {
	name = 'sealboxDatabaseApi';

	displayName = 'Sealbox Database';

	icon: Icon = { light: 'file:sealboxDatabase.svg', dark: 'file:sealboxDatabase.dark.svg' };

	documentationUrl =
		'https://github.com/sealbox/n8n-nodes-sealbox/blob/main/docs/credentials/database.md';

	restrictToSupportedNodes = true as const;

	properties: INodeProperties[] = [
		{
			displayName: 'Engine',
			name: 'engine',
			type: 'options',
			options: [
				{ name: 'MySQL or MariaDB', value: 'mysql' },
				{ name: 'PostgreSQL', value: 'postgres' },
			],
			default: 'postgres',
		},
		{
			displayName: 'Host',
			name: 'host',
			type: 'string',
			default: 'localhost',
			required: true,
			placeholder: 'e.g. db.example.com',
			description: 'Name or address of the server, without scheme or port',
		},
		{
			displayName: 'Port',
			name: 'port',
			type: 'number',
			default: 5432,
			description: 'PostgreSQL usually listens on 5432, MySQL and MariaDB on 3306',
		},
		{
			displayName: 'Database',
			name: 'database',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. shop',
		},
		{
			displayName: 'User',
			name: 'user',
			type: 'string',
			default: '',
			required: true,
		},
		{
			displayName: 'Password',
			name: 'password',
			type: 'string',
			typeOptions: { password: true },
			default: '',
		},
		{
			displayName: 'TLS',
			name: 'tls',
			type: 'options',
			options: [
				{
					name: 'Required, Certificate Verified',
					value: 'verify',
					description: 'For servers whose certificate comes from a public authority',
				},
				{
					name: 'Required, Verified with Own CA',
					value: 'verifyCa',
					description: 'For servers whose certificate comes from an authority of your own',
				},
				{
					name: 'Required, with Client Certificate',
					value: 'clientCertificate',
					description: 'For servers that ask who is calling; their certificate is verified too',
				},
				{
					name: 'Required, Not Verified (Insecure)',
					value: 'unverified',
					description: 'Encrypts, but cannot tell your server from another one',
				},
				{
					name: 'Off (Insecure)',
					value: 'off',
					description: 'For a server on this machine or on a network that nobody else can reach',
				},
			],
			default: 'verify',
		},
		{
			displayName:
				'Without verification, another server can pretend to be yours and get the password. Better: choose "Verified with Own CA" and paste the certificate of the authority.',
			name: 'unverifiedNotice',
			type: 'notice',
			default: '',
			displayOptions: whenTls('unverified'),
		},
		{
			displayName:
				'Without TLS, whoever is between n8n and the server reads the data and may get the password. Fine for localhost.',
			name: 'offNotice',
			type: 'notice',
			default: '',
			displayOptions: whenTls('off'),
		},
		{
			displayName: 'CA Certificate',
			name: 'ca',
			type: 'string',
			typeOptions: { rows: PEM_ROWS },
			default: '',
			placeholder: 'e.g. -----BEGIN CERTIFICATE-----',
			description: 'Certificate of the authority that signed the certificate of the server, as PEM',
			hint: 'For a client certificate, leave empty if the server has a public certificate',
			displayOptions: whenTls('verifyCa', 'clientCertificate'),
		},
		{
			displayName: 'Client Certificate',
			name: 'clientCertificate',
			type: 'string',
			typeOptions: { password: true, rows: PEM_ROWS },
			default: '',
			description: 'Certificate that n8n shows to the server, as PEM',
			displayOptions: whenTls('clientCertificate'),
		},
		{
			displayName: 'Client Private Key',
			name: 'clientPrivateKey',
			type: 'string',
			typeOptions: { password: true, rows: PEM_ROWS },
			default: '',
			description: 'Key of the client certificate, as PEM and without passphrase',
			displayOptions: whenTls('clientCertificate'),
		},
		{
			displayName: 'Connection Timeout (Ms)',
			name: 'connectTimeout',
			type: 'number',
			default: 10000,
			description: 'Milliseconds until an attempt to connect is given up',
		},
		{
			displayName: 'Maximum Number of Connections',
			name: 'maxConnections',
			type: 'number',
			default: 10,
			description:
				'How many connections one process of n8n may hold open at a time. Times the number of workers, it has to stay below the limit of the server.',
		},
		{
			displayName: 'SSH Tunnel',
			name: 'sshTunnel',
			type: 'boolean',
			default: false,
			description: 'Whether to reach the database through an SSH server',
		},
		{
			displayName:
				'n8n does not check the key of the SSH server. Keep TLS verified, so that the database behind it is the right one.',
			name: 'tunnelNotice',
			type: 'notice',
			default: '',
			displayOptions: whenTunnel(),
		},
		{
			displayName: 'SSH Host',
			name: 'sshHost',
			type: 'string',
			default: '',
			placeholder: 'e.g. bastion.example.com',
			displayOptions: whenTunnel(),
		},
		{
			displayName: 'SSH Port',
			name: 'sshPort',
			type: 'number',
			default: 22,
			displayOptions: whenTunnel(),
		},
		{
			displayName: 'SSH User',
			name: 'sshUser',
			type: 'string',
			default: '',
			displayOptions: whenTunnel(),
		},
		{
			displayName: 'SSH Authenticate With',
			name: 'sshAuthenticateWith',
			type: 'options',
			options: [
				{ name: 'Password', value: 'password' },
				{ name: 'Private Key', value: 'privateKey' },
			],
			default: 'password',
			displayOptions: whenTunnel(),
		},
		{
			displayName: 'SSH Password',
			name: 'sshPassword',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			displayOptions: whenTunnel('password'),
		},
		{
			displayName: 'SSH Private Key',
			name: 'privateKey',
			type: 'string',
			typeOptions: { password: true, rows: PEM_ROWS },
			default: '',
			displayOptions: whenTunnel('privateKey'),
		},
		{
			displayName: 'SSH Passphrase',
			name: 'passphrase',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'Passphrase of the private key, if it has one',
			displayOptions: whenTunnel('privateKey'),
		},
	];
}
