import { z } from '../vendor/zod';
import { isLoopback } from './network';
import { baseUrlProblem, isHeaderValue, pasteWarnings, requiredSecret, trimmed } from './fields';
import { originsOf, type Kind } from './kind';
import { isExpression } from './pasted';

const schema = z.looseObject({
	baseUrl: z.string('Base URL is missing. Fill it in.').superRefine((value, context) => {
		const message = isExpression(value) ? null : problemOf(value);
		if (message !== null) context.addIssue({ code: 'custom', message });
	}),
	apiKey: requiredSecret(
		'API Key',
		'Create one in n8n under Settings, n8n API.',
		'token',
		unlessFitForHeader,
	),
});

function problemOf(value: string): string | null {
	if (value.trim() === '') {
		return 'Base URL is empty. Enter the address at which you open n8n, for instance https://n8n.example.com.';
	}
	const problem = baseUrlProblem(value);
	return problem === null ? null : `Base URL ${problem}`;
}

function unlessFitForHeader(key: string): string | null {
	return isHeaderValue(trimmed(key))
		? null
		: 'API Key may hold visible ASCII characters only. Copy it again from n8n.';
}

export type HostFields = z.infer<typeof schema>;

/** The public API of an n8n: its address, and a key that says what may be done there. It stays with Sealbox Host. */
export const host: Kind<HostFields> = {
	name: 'host',
	credentialType: 'sealboxHostApi',
	displayName: 'Sealbox Host',
	auth: 'key',
	schema: schema as unknown as z.ZodType<HostFields>,
	secretFields: ['apiKey'],
	warnings: ({ baseUrl, apiKey }) => [
		...pasteWarnings('API Key', apiKey),
		...(isReadableOnTheWay(baseUrl)
			? ['Base URL starts with http://, so the key travels unencrypted. Use https://.']
			: []),
	],
	reach: originsOf,
};

const isReadableOnTheWay = (url: string): boolean =>
	URL.canParse(url) &&
	new URL(url).protocol === 'http:' &&
	!isLoopback(new URL(url).hostname.replace(/^\[|\]$/g, ''));
