import { z } from '../vendor/zod';
import { pasteWarnings, secret } from './fields';
import type { Kind } from './kind';
import { connectTimeout, faultOfCa, host, isLoopback, port } from './network';
import { isExpression } from './pasted';
import { readPrivateKeyPem } from './privateKeyPem';

/** `starttls` upgrades a plain connection and refuses to go on without; `implicit` starts with TLS. */
export const SMTP_TLS = ['starttls', 'implicit', 'none'] as const;

const EHLO_NAME = /^(?:[A-Za-z0-9_.-]+|\[[A-Za-z0-9:.]+\])$/;

const shape = z.looseObject({
	host: host(),
	port: port().default(587),
	tls: z.enum(SMTP_TLS, 'TLS is one of the modes that the form offers.').default('starttls'),
	ca: z.string('CA Certificate is text.').default(''),
	login: z
		.enum(['password', 'oauth2', 'none'], 'Login is Password, OAuth2 Access Token or None.')
		.default('password'),
	user: z.string('User is text.').default(''),
	password: secret('Password', 'password').default(''),
	accessToken: secret('Access Token').default(''),
	hostName: z.string('Client Host Name is text.').default(''),
	connectTimeout: connectTimeout().default(10_000),
	dkim: z.boolean('DKIM is on or off.').default(false),
	dkimDomain: z.string('DKIM Domain is text.').default(''),
	dkimSelector: z.string('DKIM Selector is text.').default(''),
	dkimPrivateKey: secret('DKIM Private Key', 'document').default(''),
});

export type SmtpFields = z.infer<typeof shape>;

const schema = shape.superRefine((fields, context) => {
	for (const [field, message] of faults(fields)) {
		context.addIssue({ code: 'custom', path: [field], message });
	}
});

function faults(fields: SmtpFields): [field: string, sentence: string][] {
	const found: [string, string | null][] = [
		['user', fields.login === 'none' ? null : missing('User', fields.user)],
		['password', fields.login === 'password' ? missing('Password', fields.password) : null],
		['accessToken', fields.login === 'oauth2' ? missing('Access Token', fields.accessToken) : null],
		['hostName', faultOfName(fields.hostName)],
		['ca', fields.ca === '' ? null : faultOfCa(fields.ca)],
		...(fields.dkim ? dkimFaults(fields) : []),
	];
	return found.filter((fault): fault is [string, string] => fault[1] !== null);
}

/** Labels of a domain name, as they stand in the DNS. */
const DOMAIN = /^(?:[A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}$/;

const dkimFaults = (fields: SmtpFields): [string, string | null][] => [
	['dkimDomain', faultOfDomain('DKIM Domain', fields.dkimDomain, 'example.com')],
	['dkimSelector', faultOfDomain('DKIM Selector', fields.dkimSelector, 'mail2026')],
	['dkimPrivateKey', faultOfDkimKey(fields.dkimPrivateKey)],
];

const faultOfDomain = (field: string, name: string, example: string): string | null =>
	isExpression(name) || DOMAIN.test(name)
		? null
		: `${field} is a name as it stands in the DNS, for instance ${example}.`;

/** Receivers refuse RSA keys below 1024 bits (RFC 8301 section 3.2); the mail client signs with RSA. */
function faultOfDkimKey(text: string): string | null {
	if (isExpression(text)) return null;
	const read = readPrivateKeyPem(text);
	if ('message' in read) return `DKIM Private Key ${read.message}`;
	const { asymmetricKeyType: type, asymmetricKeyDetails: details } = read.key;
	return type === 'rsa' && (details?.modulusLength ?? 0) >= 1024
		? null
		: 'DKIM Private Key is no RSA key of 1024 bits or more. Make one: openssl genrsa 2048';
}

const missing = (field: string, value: string): string | null =>
	value === '' ? `${field} is empty. Enter it, or set Login to None.` : null;

const faultOfName = (name: string): string | null =>
	name === '' || isExpression(name) || EHLO_NAME.test(name)
		? null
		: 'Client Host Name is a host name, for instance n8n.example.com. Leave it empty to use the name of this machine.';

function warnings(fields: SmtpFields): string[] {
	const mailPort = Number(fields.port);
	const found = [
		...pasteWarnings('Password', fields.password, 'password'),
		...pasteWarnings('Access Token', fields.accessToken),
	];
	if (fields.tls === 'none' && !isLoopback(fields.host)) {
		found.push('TLS is none: whoever is between n8n and the server reads the mail and the login.');
	}
	if (fields.tls === 'starttls' && mailPort === 465) {
		found.push('Port 465 starts with TLS: set TLS to "From the Start".');
	}
	if (fields.tls === 'implicit' && [25, 587, 2525].includes(mailPort)) {
		found.push(`Port ${mailPort} starts without TLS: set TLS to "STARTTLS".`);
	}
	return found;
}

/** A mail server: a login that is sent over TLS unless told otherwise. */
export const smtp: Kind<SmtpFields> = {
	name: 'smtp',
	credentialType: 'sealboxSmtpApi',
	displayName: 'Sealbox SMTP',
	auth: 'login',
	schema,
	secretFields: ['password', 'accessToken', 'dkimPrivateKey'],
	warnings,
};
