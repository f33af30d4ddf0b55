import { z } from '../vendor/zod';
import type { Kind } from './kind';
import { connectTimeout, count, faultOfCa, filled, host, isLoopback, port } from './network';
import { certificatesOrNull, isEncryptedKey, privateKeyOrNull, repairPem } from './pem';

/** How the connection is protected. Only `unverified` and `off` let someone in between read it. */
export const DATABASE_TLS = [
	'verify',
	'verifyCa',
	'clientCertificate',
	'unverified',
	'off',
] as const;

const shape = z.looseObject({
	engine: z
		.enum(['postgres', 'mysql'], 'Engine is PostgreSQL or MySQL/MariaDB.')
		.default('postgres'),
	host: host(),
	port: port(),
	database: filled('Database is empty. Enter the name of the database to open.'),
	user: filled('User is empty. Enter the name that the database knows.'),
	password: z.string('Password is text.').default(''),
	tls: z.enum(DATABASE_TLS, 'TLS is one of the modes that the form offers.').default('verify'),
	ca: z.string('CA Certificate is text.').default(''),
	clientCertificate: z.string('Client Certificate is text.').default(''),
	clientPrivateKey: z.string('Client Private Key is text.').default(''),
	connectTimeout: connectTimeout.default(10_000),
	maxConnections: count('Maximum Number of Connections', 1000).default(10),
	sshTunnel: z.boolean('SSH Tunnel is on or off.').default(false),
	sshAuthenticateWith: z
		.enum(['password', 'privateKey'], 'SSH Authenticate With is Password or Private Key.')
		.default('password'),
	sshHost: z.string('SSH Host is text.').default(''),
	sshPort: port('SSH Port').default(22),
	sshUser: z.string('SSH User is text.').default(''),
	sshPassword: z.string('SSH Password is text.').default(''),
	privateKey: z.string('SSH Private Key is text.').default(''),
	passphrase: z.string('SSH Passphrase is text.').default(''),
});

export type DatabaseFields = z.infer<typeof shape>;

type Fault = readonly [field: string, sentence: string];

const schema = shape.superRefine((fields, context) => {
	for (const [field, message] of [...tlsFaults(fields), ...tunnelFaults(fields)]) {
		context.addIssue({ code: 'custom', path: [field], message });
	}
});

function tlsFaults(fields: DatabaseFields): Fault[] {
	const ownCa =
		fields.tls === 'verifyCa' || (fields.tls === 'clientCertificate' && fields.ca !== '');
	const caFault = ownCa ? faultOfCa(fields.ca) : null;
	const faults: Fault[] = caFault === null ? [] : [['ca', caFault]];
	return fields.tls === 'clientCertificate' ? [...faults, ...identityFaults(fields)] : faults;
}

/** A certificate without its key, or with another one's, fails late and with an obscure message. */
function identityFaults({ clientCertificate, clientPrivateKey }: DatabaseFields): Fault[] {
	const [certificate] = certificatesOrNull(clientCertificate) ?? [];
	const key = privateKeyOrNull(clientPrivateKey);
	if (certificate === undefined) {
		return [
			[
				'clientCertificate',
				'Client Certificate is not a certificate. Paste it whole, in PEM form.',
			],
		];
	}
	if (isEncryptedKey(clientPrivateKey)) {
		return [
			[
				'clientPrivateKey',
				'Client Private Key is protected by a passphrase. Remove it first, for instance with: openssl pkey -in key.pem -out plain.pem',
			],
		];
	}
	if (key === null) {
		return [
			['clientPrivateKey', 'Client Private Key is not a private key. Paste it whole, in PEM form.'],
		];
	}
	if (!certificate.checkPrivateKey(key)) {
		return [['clientPrivateKey', 'Client Private Key does not belong to Client Certificate.']];
	}
	return [];
}

function tunnelFaults(fields: DatabaseFields): Fault[] {
	if (!fields.sshTunnel) return [];
	const faults: Fault[] = [];
	const sshHost = host('SSH Host').safeParse(fields.sshHost);
	if (!sshHost.success) faults.push(['sshHost', sshHost.error.issues[0]?.message as string]);
	if (fields.sshUser === '') {
		faults.push(['sshUser', 'SSH User is empty. Enter the name that the SSH server knows.']);
	}
	if (fields.sshAuthenticateWith === 'privateKey' && repairPem(fields.privateKey) === null) {
		faults.push([
			'privateKey',
			'SSH Private Key is not a private key. Paste it whole, from the BEGIN line to the END line.',
		]);
	}
	return faults;
}

function warnings(fields: DatabaseFields): string[] {
	const found: string[] = [];
	if (fields.sshTunnel && ['off', 'unverified'].includes(fields.tls)) {
		found.push(
			'n8n does not check the key of the SSH server, so another one can pose as your database: choose a TLS mode with verification.',
		);
	} else if (fields.tls === 'off' && !isLoopback(fields.host)) {
		found.push(
			'TLS is off: whoever is between n8n and the database reads the data, and may get the password.',
		);
	} else if (fields.tls === 'unverified') {
		found.push(
			'The certificate is not verified: another server can pretend to be this database and get the password.',
		);
	}
	if (fields.password === '' && fields.tls !== 'clientCertificate') {
		found.push('Password is empty.');
	}
	return found;
}

/** PostgreSQL, MySQL and MariaDB: a login over a connection that is verified unless told otherwise. */
export const database: Kind<DatabaseFields> = {
	name: 'database',
	credentialType: 'sealboxDatabaseApi',
	displayName: 'Sealbox Database',
	auth: 'login',
	schema: schema as unknown as z.ZodType<DatabaseFields>,
	secretFields: [
		'password',
		'clientCertificate',
		'clientPrivateKey',
		'sshPassword',
		'privateKey',
		'passphrase',
	],
	warnings,
};
