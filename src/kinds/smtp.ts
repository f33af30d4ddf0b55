import { z } from '../vendor/zod';
import type { Kind } from './kind';
import { connectTimeout, faultOfCa, host, isLoopback, port } from './network';

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
	password: z.string('Password is text.').default(''),
	accessToken: z.string('Access Token is text.').default(''),
	hostName: z.string('Client Host Name is text.').default(''),
	connectTimeout: connectTimeout.default(10_000),
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
		['accessToken', fields.login === 'oauth2' ? faultOfToken(fields.accessToken) : null],
		['hostName', faultOfName(fields.hostName)],
		['ca', fields.ca === '' ? null : faultOfCa(fields.ca)],
	];
	return found.filter((fault): fault is [string, string] => fault[1] !== null);
}

const missing = (field: string, value: string): string | null =>
	value === '' ? `${field} is empty. Enter it, or set Login to None.` : null;

/** RFC 6750 section 2.1: a token is one word; spaces come from a pasted prefix or line break. */
const faultOfToken = (token: string): string | null =>
	/^[\x21-\x7e]+$/.test(token)
		? null
		: 'Access Token is one word without spaces. Paste the token alone, without the word Bearer.';

const faultOfName = (name: string): string | null =>
	name === '' || EHLO_NAME.test(name)
		? null
		: 'Client Host Name is a host name, for instance n8n.example.com. Leave it empty to use the name of this machine.';

function warnings(fields: SmtpFields): string[] {
	const found: string[] = [];
	if (fields.tls === 'none' && !isLoopback(fields.host)) {
		found.push('TLS is none: whoever is between n8n and the server reads the mail and the login.');
	}
	if (fields.tls === 'starttls' && fields.port === 465) {
		found.push('Port 465 starts with TLS: set TLS to "From the Start".');
	}
	if (fields.tls === 'implicit' && [25, 587, 2525].includes(fields.port)) {
		found.push(`Port ${fields.port} starts without TLS: set TLS to "STARTTLS".`);
	}
	return found;
}

/** A mail server: a login that is sent over TLS unless told otherwise. */
export const smtp: Kind<SmtpFields> = {
	name: 'smtp',
	credentialType: 'sealboxSmtpApi',
	displayName: 'Sealbox SMTP',
	auth: 'login',
	schema: schema as unknown as z.ZodType<SmtpFields>,
	secretFields: ['password', 'accessToken'],
	warnings,
};
