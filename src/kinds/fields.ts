import { z } from '../vendor/zod';
import type { Fields } from './kind';
import { findPasteMistake, isExpression, type PasteStyle } from './pasted';

/** The fields that several kinds share, and the sentences that go with them. */

/** The status by which an API says that a token has ended. */
export const expiryStatus = () =>
	z.union([z.number(), z.string()], 'Token Expired Status Code must be a number.').default(401);

/** A check that leaves expressions alone: their value is not known yet. */
export const unlessExpression =
	(isRight: (value: string) => boolean) =>
	(value: string): boolean =>
		isExpression(value) || isRight(value);

/** Text that may be left out. */
export const text = () => z.string('Expected text.').optional();

/**
 * A secret field. A certain paste mistake is an error with its sentence. `writeOnly` marks it in the
 * JSON Schema; it comes last, because every further check makes a new schema without the mark.
 */
export const secret = (label: string, style: PasteStyle = 'token', ...checks: SecretCheck[]) =>
	z
		.string(`${label} is missing. Fill it in.`)
		.superRefine((value, context) => {
			const message = isExpression(value) ? null : secretProblem(label, value, style, checks);
			if (message !== null) context.addIssue({ code: 'custom', message });
		})
		.meta({ writeOnly: true });

/** A sentence about a value, or `null`. It never repeats the value. */
type SecretCheck = (value: string) => string | null;

function secretProblem(
	label: string,
	value: string,
	style: PasteStyle,
	checks: readonly SecretCheck[],
): string | null {
	const mistake = findPasteMistake(value, style);
	if (mistake?.weight === 'refused') return `${label} ${mistake.says}`;
	for (const check of checks) {
		const problem = check(value);
		if (problem !== null) return problem;
	}
	return null;
}

/** A secret that must be there. */
export const requiredSecret = (
	label: string,
	remedy: string,
	style: PasteStyle = 'token',
	...checks: SecretCheck[]
) =>
	secret(
		label,
		style,
		(value) => (value.trim() === '' ? `${label} is empty. ${remedy}` : null),
		...checks,
	);

/** What `warnings` says about one secret, with the label in front. */
export function pasteWarnings(
	label: string,
	value: unknown,
	style: PasteStyle = 'token',
): string[] {
	if (typeof value !== 'string' || value === '') return [];
	const mistake = findPasteMistake(value, style);
	return mistake?.weight === 'suspicious' ? [`${label} ${mistake.says}`] : [];
}

/** Tokens are machine-made: spaces around one came along with the copying. */
export const trimmed = (value: string): string => value.trim();

// RFC 9110 section 5.6.2: what a field name may consist of.
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Headers that describe the message or the connection; a credential in them would break the request. */
const RESERVED = new Set(
	'host content-length content-type transfer-encoding connection upgrade te trailer expect'.split(
		' ',
	),
);

export const isHeaderName = (name: string): boolean => TOKEN.test(name);
export const isReservedHeader = (name: string): boolean => RESERVED.has(name.toLowerCase());

/** Headers that HTTP clients take off before they follow a redirect to another origin. */
export const isStripped = (name: string): boolean => /^(authorization|cookie)$/i.test(name);

/** What a header can carry unchanged through every client and proxy: visible ASCII and spaces. */
export const isHeaderValue = (value: string): boolean => /^[\x20-\x7e]*$/.test(value);

/** The name of a header that a credential is put into. */
export const headerName = (label: string) =>
	z
		.string('Expected text.')
		.refine(
			unlessExpression(isHeaderName),
			`${label} must be the name of a header: letters, digits and hyphens, for instance X-API-Key.`,
		)
		.refine(
			(name) => !isReservedHeader(name),
			`${label} names a header that the HTTP client sets itself. Use the one from the documentation of the service.`,
		);

/** Text before a value in a header, for instance `Bearer`. */
export const headerPrefix = (label: string) =>
	z
		.string('Expected text.')
		.refine(unlessExpression(isHeaderValue), `${label} may hold visible ASCII characters only.`);

/** `Token` and `abc` make `Token abc`; a prefix that ends in a sign, such as `key=`, is kept as it is. */
export function withPrefix(prefix: string | undefined, value: string): string {
	const start = prefix ?? '';
	return /[\p{L}\p{N}]$/u.test(start) ? `${start} ${value}` : `${start}${value}`;
}

/** Why a text cannot be the base URL of a service, or `null`. */
export function baseUrlProblem(value: string): string | null {
	if (!URL.canParse(value)) {
		return 'is not a URL. Write it in full, for instance https://api.example.com.';
	}
	const url = new URL(value);
	if (!isHttp(url)) return 'must start with https:// or http://.';
	if (url.username !== '' || url.password !== '') {
		return 'must not hold a user name or password. Use the fields of the credential for them.';
	}
	if (url.search !== '' || url.hash !== '' || /[?#]/.test(value)) {
		return 'must end before any ? or #. Put query parameters into the node.';
	}
	if (/[\\\s]/.test(value.trim())) return 'must not hold spaces or backslashes.';
	if (url.hostname.endsWith('.')) return 'must not end its host name with a dot. Remove the dot.';
	return null;
}

export const isHttp = (url: URL): boolean => url.protocol === 'https:' || url.protocol === 'http:';

/** An optional URL of a service; see {@link baseUrlProblem}. */
export const serviceUrl = (label: string) =>
	z
		.string('Expected text.')
		.superRefine((value, context) => {
			const problem = value === '' || isExpression(value) ? null : baseUrlProblem(value);
			if (problem !== null) context.addIssue({ code: 'custom', message: `${label} ${problem}` });
		})
		.optional();

const testPath = z
	.string('Expected text.')
	.refine(
		unlessExpression((path) => !/^[a-z][a-z\d+.-]*:|^[/\\]{2}|[\\\s]/i.test(path)),
		'Test Path must be a path below the Base URL, for instance /v1/me.',
	)
	.optional();

/** Where a credential belongs and how it is tested: on every kind that is sent to one service. */
export const service = { baseUrl: serviceUrl('Base URL'), testPath };

/** The fields that the host adds to every type with `authenticate`. */
export const hostFields = {
	allowedHttpRequestDomains: z
		.enum(['all', 'domains', 'none'], 'Expected all, domains or none.')
		.optional(),
	allowedDomains: text(),
};

/** Warnings that hold for every kind with {@link service} and {@link hostFields}. */
export function destinationWarnings(fields: Fields): string[] {
	const { baseUrl, allowedHttpRequestDomains: mode, allowedDomains } = fields;
	const isLimited = mode === 'domains' || mode === 'none';
	const warnings: string[] = [];
	if (!isLimited && (baseUrl === undefined || baseUrl === '')) {
		warnings.push(
			'This credential may be sent to any server. Set a Base URL, or allowed domains, to keep it with its service.',
		);
	}
	if (typeof baseUrl === 'string' && /^http:/i.test(baseUrl) && !isLoopback(baseUrl)) {
		warnings.push('Base URL starts with http://, so the secret travels unencrypted. Use https://.');
	}
	if (mode === 'domains' && /[/:@]/.test(String(allowedDomains ?? ''))) {
		warnings.push('Allowed Domains takes host names only, without https:// and without a path.');
	}
	return warnings;
}

function isLoopback(url: string): boolean {
	if (!URL.canParse(url)) return false;
	const { hostname } = new URL(url);
	return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname) || hostname.endsWith('.localhost');
}
