import { z } from '../vendor/zod';
import { pasteWarnings, secret } from './fields';
import type { Kind } from './kind';
import { connectTimeout, faultOfCa, filled, host, isLoopback, port, whole } from './network';
import { isExpression } from './pasted';
import { certificatesOrNull, repairPem } from './pem';
import { readPrivateKeyPem } from './privateKeyPem';

/** How the connection is protected. Only `unverified` and `off` let someone in between read it. */
export const DATABASE_TLS = [
	'verify',
	'verifyCa',
	'clientCertificate',
	'unverified',
	'off',
] as const;

const text = (field: string) => z.string(`${field} is text.`).default('');

const shape = z.looseObject({
	engine: z
		.enum(['postgres', 'mysql'], 'Engine is PostgreSQL or MySQL/MariaDB.')
		.default('postgres'),
	host: host(),
	port: port(),
	database: filled('Database is empty. Enter the name of the database to open.'),
	user: filled('User is empty. Enter the name that the database knows.'),
	password: secret('Password', 'password').default(''),
	tls: z.enum(DATABASE_TLS, 'TLS is one of the modes that the form offers.').default('verify'),
	ca: text('CA Certificate'),
	clientCertificate: secret('Client Certificate', 'document').default(''),
	clientPrivateKey: secret('Client Private Key', 'document').default(''),
	connectTimeout: connectTimeout().default(10_000),
	maxConnections: whole(
		'Maximum Number of Connections is a number from 1 to 1000.',
		1,
		1000,
	).default(10),
	sshTunnel: z.boolean('SSH Tunnel is on or off.').default(false),
	sshAuthenticateWith: z
		.enum(['password', 'privateKey'], 'SSH Authenticate With is Password or Private Key.')
		.default('password'),
	sshHost: text('SSH Host'),
	sshPort: port('SSH Port').default(22),
	sshUser: text('SSH User'),
	sshPassword: secret('SSH Password', 'password').default(''),
	privateKey: secret('SSH Private Key', 'document').default(''),
	passphrase: secret('SSH Passphrase', 'password').default(''),
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
	if (isExpression(clientCertificate) || isExpression(clientPrivateKey)) return [];
	const [certificate] = certificatesOrNull(clientCertificate) ?? [];
	if (certificate === undefined) {
		return [
			['clientCertificate', 'Client Certificate is not a certificate. Paste it whole, as PEM.'],
		];
	}
	const read = readPrivateKeyPem(clientPrivateKey);
	if ('message' in read) return [['clientPrivateKey', `Client Private Key ${read.message}`]];
	return certificate.checkPrivateKey(read.key)
		? []
		: [['clientPrivateKey', 'Client Private Key does not belong to Client Certificate.']];
}

function tunnelFaults(fields: DatabaseFields): Fault[] {
	if (!fields.sshTunnel) return [];
	const faults: Fault[] = [];
	const sshHost = host('SSH Host').safeParse(fields.sshHost);
	if (!sshHost.success) faults.push(['sshHost', sshHost.error.issues[0]?.message as string]);
	if (fields.sshUser === '') {
		faults.push(['sshUser', 'SSH User is empty. Enter the name that the SSH server knows.']);
	}
	if (fields.sshAuthenticateWith === 'privateKey' && !isPem(fields.privateKey)) {
		faults.push([
			'privateKey',
			'SSH Private Key is not a private key. Paste it whole, from the BEGIN line to the END line.',
		]);
	}
	return faults;
}

const isPem = (text: string): boolean => isExpression(text) || repairPem(text) !== null;

function warnings(fields: DatabaseFields): string[] {
	const found = pasteWarnings('Password', fields.password, 'password');
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
	schema,
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
