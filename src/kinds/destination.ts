import { SealboxError } from '../sealing/error';
import type { Fields, OutgoingRequest, Reach } from './kind';
import { targetOf } from './outgoing';

/**
 * Where a secret may go. The credential says it; a node, a link in an answer or a redirect never does.
 *
 * What is checked is what is sent: the URL is parsed once, the way the HTTP client parses it, and the
 * parsed form takes the place of the text. Texts that another parser could read differently are
 * refused before that.
 */

/** The limits of one credential, ready to be asked about any URL. */
export interface Limit {
	/**
	 * `any` and `none` as they say; `domains`: the host's list decides, whatever the scheme and port;
	 * `service`: the origins as they are, and the domains over https.
	 */
	readonly kind: 'any' | 'none' | 'domains' | 'service';
	readonly origins: readonly string[];
	readonly domains: readonly string[];
}

/**
 * The limits that a credential's fields set.
 *
 * The host's allowed-domains fields decide when they are used; otherwise what the kind itself reaches,
 * for most kinds the origin of the Base URL. `reach` is absent for types that are not Sealbox's.
 *
 * @throws {@link SealboxError} `ERR_DESTINATION_REFUSED` when domains are asked for and none is given
 */
export function limitOf(fields: Fields, reach?: Reach): Limit {
	const { allowedHttpRequestDomains: mode, allowedDomains } = fields;
	if (mode === 'none') return { kind: 'none', origins: [], domains: [] };
	if (mode === 'domains')
		return { kind: 'domains', domains: domainsIn(allowedDomains), origins: [] };
	const origins = (reach?.origins ?? []).map(originOf);
	const domains = reach?.domains ?? [];
	const isLimited = origins.length > 0 || domains.length > 0;
	return { kind: isLimited ? 'service' : 'any', origins, domains };
}

function originOf(url: string): string {
	if (URL.canParse(url)) return new URL(url).origin;
	throw new SealboxError(
		'ERR_DESTINATION_REFUSED',
		'The Base URL or endpoint of this credential is not a URL. Correct it in the credential.',
	);
}

function domainsIn(list: unknown): string[] {
	const domains = (typeof list === 'string' ? list : '')
		.split(',')
		.map((domain) => asciiDomain(domain.trim()))
		.filter((domain) => domain !== '');
	if (domains.length > 0) return domains;
	throw new SealboxError(
		'ERR_DESTINATION_REFUSED',
		'This credential is limited to certain domains, but its Allowed Domains field is empty. Fill it in.',
	);
}

/** Lower case and in the form that a parsed URL has; the dot of a fully qualified name is dropped. */
function asciiDomain(domain: string): string {
	const bare = domain.toLowerCase().replace(/\.$/, '');
	const isBelow = bare.startsWith('*.');
	const name = isBelow ? bare.slice(2) : bare;
	const parsed = URL.canParse(`https://${name}/`) ? new URL(`https://${name}/`) : null;
	const isPlainHost = parsed !== null && parsed.pathname === '/' && !/[/@:?#\\]/.test(name);
	const ascii = isPlainHost ? parsed.hostname : name;
	return isBelow && ascii !== '' ? `*.${ascii}` : ascii;
}

/**
 * Returns the URL of a request if the credential may be sent there. Send to this URL and to no other
 * spelling of it.
 *
 * @throws {@link SealboxError} `ERR_DESTINATION_REFUSED`
 */
export function assertWithin(limit: Limit, request: OutgoingRequest): URL {
	const url = parseTarget(targetOf(request));
	if (limit.kind === 'any' || isWithin(limit, url)) return url;
	throw new SealboxError('ERR_DESTINATION_REFUSED', refusal(limit));
}

function isWithin(limit: Limit, url: URL): boolean {
	if (limit.origins.includes(url.origin)) return true;
	if (limit.kind === 'service' && url.protocol !== 'https:') return false;
	return limit.domains.some((domain) => matchesDomain(url.hostname, domain));
}

/**
 * As the host decides it: `*.example.com` stands for what is below it, never for itself. A name that
 * ends in a dot matches nothing.
 */
const matchesDomain = (hostname: string, domain: string): boolean =>
	domain.startsWith('*.') ? hostname.endsWith(domain.slice(1)) : hostname === domain;

/** One sentence for people: where the credential may be sent. It holds host names only. */
export function describeLimit(limit: Limit): string {
	switch (limit.kind) {
		case 'any':
			return 'This credential may be sent to any server.';
		case 'none':
			return 'This credential may not be sent by nodes that choose their own URL.';
		default:
			return `This credential may be sent to ${[...limit.origins, ...limit.domains].join(', ')} only.`;
	}
}

const REMEDY: Record<Limit['kind'], string> = {
	any: '',
	none: 'Change Allowed HTTP Request Domains of the credential.',
	domains: 'Change the URL of the request, or Allowed Domains of the credential.',
	service:
		'Change the URL of the request, or set Allowed HTTP Request Domains of the credential to Specific Domains and list all its hosts there.',
};

const refusal = (limit: Limit): string => `${describeLimit(limit)} ${REMEDY[limit.kind]}`;

/**
 * Parses a target as the HTTP client will.
 *
 * @throws {@link SealboxError} `ERR_DESTINATION_REFUSED` for what no careful caller writes: another
 *   scheme, a user name in the URL, backslashes, control characters, an escaped or unfinished host
 */
function parseTarget(target: string): URL {
	const text = target.trim();
	// WHATWG URL section 4.4: tabs and line breaks vanish, backslashes turn into slashes.
	// eslint-disable-next-line no-control-regex -- control characters are what it looks for
	if (/[\u0000-\u001f\u007f\\]/.test(text)) {
		throw refused('The URL holds a backslash, a line break or another control character.');
	}
	if (!URL.canParse(text) || !/^https?:\/\/[^/?#]/i.test(text)) {
		throw refused('The URL must be complete and start with https:// or http://.');
	}
	const [authority = ''] = text.replace(/^https?:\/\//i, '').split(/[/?#]/);
	if (authority.includes('@')) {
		throw refused('The URL holds a user name or password before an @ sign.');
	}
	if (authority.includes('%')) throw refused('The host name of the URL is percent-encoded.');
	return new URL(text);
}

const refused = (what: string): SealboxError =>
	new SealboxError('ERR_DESTINATION_REFUSED', `${what} Correct it; nothing was sent.`);

/**
 * The comma list in which the host's HTTP client wants the allowed domains, so that it stops a
 * redirect to another host; `undefined` for a credential without limits.
 */
export function domainList(limit: Limit): string | undefined {
	if (limit.kind === 'any' || limit.kind === 'none') return undefined;
	return [...limit.origins.map((origin) => new URL(origin).hostname), ...limit.domains].join(', ');
}
