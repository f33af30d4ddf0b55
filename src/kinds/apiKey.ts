import { z } from '../vendor/zod';
import { withBodyField } from './body';
import {
	destinationWarnings,
	headerPrefix,
	hostFields,
	isHeaderName,
	isHeaderValue,
	isReservedHeader,
	isStripped,
	pasteWarnings,
	requiredSecret,
	service,
	trimmed,
	withPrefix,
} from './fields';
import { originsOf, type Kind, type Needle, type OutgoingRequest } from './kind';
import { withCookie, withHeader, withQuery } from './outgoing';
import { isExpression } from './pasted';

const PLACES = ['header', 'query', 'body', 'cookie'] as const;
type Place = (typeof PLACES)[number];

const placedKey = {
	key: requiredSecret('Key', 'Paste the key that the service gave you.'),
	location: z.enum(PLACES, 'Location must be header, query, body or cookie.').default('header'),
	name: z.string('Expected text.').min(1, 'Name is empty. Write what the service calls the key.'),
	prefix: headerPrefix('Prefix').optional(),
};

const schema = z
	.looseObject({
		...placedKey,
		moreKeys: z
			.looseObject({ keys: z.array(z.looseObject(placedKey).superRefine(checkEntry)).optional() })
			.optional(),
		...service,
		...hostFields,
	})
	.superRefine(checkEntry)
	.superRefine((fields, context) => {
		entriesOf(fields).forEach((entry, index, entries) => {
			if (entries.findIndex((other) => placeOf(other) === placeOf(entry)) === index) return;
			const path = ['moreKeys', 'keys', index - 1, 'name'];
			const message = 'Name is used twice in the same place. Give each key its own name.';
			context.addIssue({ code: 'custom', path, message });
		});
	});

function checkEntry(entry: Entry, context: z.RefinementCtx): void {
	const problems = { name: problemOfName(entry), key: problemOfValue(entry) };
	for (const [field, message] of Object.entries(problems)) {
		if (message !== null) context.addIssue({ code: 'custom', path: [field], message });
	}
}

interface Entry {
	key: string;
	location: Place;
	name: string;
	prefix?: string | undefined;
}

type ApiKeyFields = z.infer<typeof schema>;

const entriesOf = (fields: ApiKeyFields): Entry[] => [fields, ...(fields.moreKeys?.keys ?? [])];

const placeOf = ({ location, name }: Entry): string =>
	`${location} ${location === 'header' ? name.toLowerCase() : name}`;

/** RFC 6265 section 4.1.1: what a cookie's value may hold. */
const COOKIE_VALUE = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/;

function problemOfName({ location, name }: Entry): string | null {
	if (isExpression(name) || location === 'body' || location === 'query') return null;
	if (!isHeaderName(name)) {
		return `Name must be the name of a ${location}: letters, digits and hyphens, for instance X-API-Key.`;
	}
	if (location === 'header' && isReservedHeader(name)) {
		return 'Name is a header that the HTTP client sets itself. Use the one from the documentation of the service.';
	}
	return null;
}

function problemOfValue({ location, key, prefix }: Entry): string | null {
	const value = withPrefix(prefix, trimmed(key));
	if (isExpression(key) || isExpression(prefix)) return null;
	if (location === 'header' && !isHeaderValue(value)) {
		return 'Key may hold visible ASCII characters only when it goes into a header. Copy it again from the service.';
	}
	if (location === 'cookie' && !COOKIE_VALUE.test(value)) {
		return 'Key must not hold spaces, commas, semicolons, quotation marks or backslashes when it goes into a cookie. Percent-encode them.';
	}
	return null;
}

const PUT: Record<
	Place,
	(request: OutgoingRequest, name: string, value: string) => OutgoingRequest
> = { header: withHeader, query: withQuery, body: withBodyField, cookie: withCookie };

const put = (request: OutgoingRequest, { location, name, key, prefix }: Entry): OutgoingRequest =>
	PUT[location](request, name, withPrefix(prefix, trimmed(key)));

const needlesOf = ({ name, key, prefix }: Entry): Needle[] => {
	const value = trimmed(key);
	const bare = { name, value };
	return prefix
		? [bare, { name: `${name} with prefix`, value: withPrefix(prefix, value) }]
		: [bare];
};

const isPinned = ({ location, name }: Entry): boolean =>
	location === 'body' || (location === 'header' && !isStripped(name));

/** One or several keys, each in a header, a query parameter, a body field or a cookie. */
export const apiKey: Kind<ApiKeyFields> = {
	name: 'apiKey',
	credentialType: 'sealboxApiKeyApi',
	displayName: 'Sealbox API Key',
	auth: 'api-key',
	schema: schema as unknown as z.ZodType<ApiKeyFields>,
	secretFields: ['key', 'moreKeys.keys[].key'],
	warnings: (fields) => [
		...entriesOf(fields).flatMap(({ key }) => pasteWarnings('Key', key)),
		...destinationWarnings(fields),
	],
	reach: originsOf,
	authenticate(fields, request) {
		const entries = entriesOf(fields);
		return {
			request: entries.reduce(put, request),
			used: entries.flatMap(needlesOf),
			isPinned: entries.some(isPinned),
		};
	},
};
