import { Buffer } from 'node:buffer';
import { z } from '../vendor/zod';
import {
	destinationWarnings,
	hostFields,
	pasteWarnings,
	secret,
	service,
	unlessExpression,
} from './fields';
import { originsOf, type Kind, type Needle } from './kind';
import { withHeader } from './outgoing';

// eslint-disable-next-line no-control-regex -- RFC 7617 section 2 forbids them
const CONTROL = /[\u0000-\u001f\u007f]/;

const schema = z
	.looseObject({
		user: z
			.string('Expected text.')
			.refine(
				unlessExpression((user) => !user.includes(':')),
				'User must not contain a colon: the service could not tell where the password starts.',
			)
			.refine((user) => !CONTROL.test(user), 'User must not contain control characters.')
			.optional(),
		password: secret('Password', 'password').optional(),
		...service,
		...hostFields,
	})
	.refine(({ user, password }) => Boolean(user) || Boolean(password), {
		path: ['user'],
		message: 'User and Password are both empty. Fill in at least one of them.',
		when: ({ issues }) => issues.length === 0,
	});

/** User and password in UTF-8; RFC 7617. Either may be empty: some services take a key as the user. */
export const basic: Kind<z.infer<typeof schema>> = {
	name: 'basic',
	credentialType: 'sealboxBasicAuthApi',
	displayName: 'Sealbox Basic Auth',
	auth: 'basic',
	schema,
	secretFields: ['password'],
	warnings: (fields) => [
		...pasteWarnings('Password', fields.password, 'password'),
		...destinationWarnings(fields),
	],
	reach: originsOf,
	authenticate({ user = '', password = '' }, request) {
		return {
			request: withHeader(request, 'Authorization', `Basic ${inBase64(user, password)}`),
			used: loginNeedles(user, password),
		};
	},
};

const inBase64 = (user: string, password: string): string =>
	Buffer.from(`${user}:${password}`, 'utf8').toString('base64');

/** What must not show up of a login, as it is and as it travels. */
export const loginNeedles = (user: string, password: string): Needle[] =>
	[
		// Without a password it is the user that proves who is calling.
		password === '' ? { name: 'user', value: user } : { name: 'password', value: password },
		{ name: 'user and password', value: `${user}:${password}` },
		{ name: 'user and password in base64', value: inBase64(user, password) },
	].filter(({ value }) => value !== '' && value !== ':');
