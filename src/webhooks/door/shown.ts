import { createScrubber, type Scrubber } from '../../sealing/scrub';
import type { Proved } from './door';
import type { Proof } from './settings';

/** What a server made of a request: headers, query and body as it read them. */
export interface ReadRequest {
	readonly method: string;
	/** Without the query. */
	readonly path: string;
	/** Names in lower case. */
	readonly headers: Readonly<Record<string, unknown>>;
	readonly params: Readonly<Record<string, unknown>>;
	readonly query: Readonly<Record<string, unknown>>;
	readonly body: unknown;
}

export interface Admitted {
	readonly proof: Proof;
	readonly proved: Proved;
	readonly address: string;
	/** Names of headers that stay though they are secret by their meaning. */
	readonly kept: readonly string[];
	/** What proves requests; it comes out nowhere. A list is not changed once it was given. */
	readonly secrets: readonly string[];
}

/** What a workflow may see of a request: no secret, and what was proved about it. */
export interface ShownRequest extends Record<string, unknown> {
	readonly headers: Readonly<Record<string, unknown>>;
	readonly webhook: Readonly<Record<string, unknown>>;
}

const SHOWN = '[secret]';

/** Secret by their meaning, whatever proves the request. */
const SECRET_HEADERS = [
	'authorization',
	'cookie',
	'proxy-authorization',
	'x-api-key',
	'x-auth-token',
	'x-forwarded-access-token',
];

/** Takes the secrets out of an admitted request, wherever in it they are, and adds what was proved. */
export function shown(request: ReadRequest, admitted: Admitted): ShownRequest {
	const { proof, proved, address, kept, secrets } = admitted;
	const { method, path, headers, params, query, body } = request;
	const sent = authorizationOf(headers).filter((value) => !secrets.includes(value));
	const scrubber = sent.length === 0 ? scrubberOf(secrets) : makeScrubber([...secrets, ...sent]);
	return scrubber.value({
		headers: withoutSecrets(headers, proof, kept),
		params,
		query,
		body,
		method,
		path,
		webhook: { ...tellable(proved), scheme: schemeName(proof), address },
	});
}

/** Preparing one takes longer than using it, and the secrets are the same for many requests. */
const scrubbers = new WeakMap<readonly string[], Scrubber>();

function scrubberOf(secrets: readonly string[]): Scrubber {
	const scrubber = scrubbers.get(secrets) ?? makeScrubber(secrets);
	scrubbers.set(secrets, scrubber);
	return scrubber;
}

const makeScrubber = (secrets: readonly string[]): Scrubber =>
	createScrubber(
		secrets.filter((value) => value !== '').map((value) => ({ value, name: 'Secret' })),
		{ replace: () => SHOWN },
	);

function tellable({ id, timestamp, keyName, claims }: Proved): Record<string, unknown> {
	return {
		...(id === undefined ? {} : { id }),
		...(timestamp === undefined ? {} : { timestamp: new Date(timestamp * 1000).toISOString() }),
		...(keyName === undefined ? {} : { keyName }),
		...(claims === undefined ? {} : { claims }),
	};
}

/** What follows the scheme; and of Basic the password as it is before base64. */
function authorizationOf({ authorization }: ReadRequest['headers']): string[] {
	if (typeof authorization !== 'string') return [];
	const credentials = authorization.split(' ').slice(1).join(' ');
	const text = Buffer.from(credentials, 'base64').toString('utf8');
	return text.includes(':') ? [credentials, text.slice(text.indexOf(':') + 1)] : [credentials];
}

function withoutSecrets(
	headers: ReadRequest['headers'],
	proof: Proof,
	kept: readonly string[],
): Record<string, unknown> {
	const stays = new Set(kept.map((name) => name.toLowerCase()));
	const hidden = new Set(
		[...SECRET_HEADERS, ...ownHeaders(proof)].filter((name) => !stays.has(name)),
	);
	return Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [name, hidden.has(name) ? SHOWN : value]),
	);
}

function ownHeaders(proof: Proof): string[] {
	if (proof.kind !== 'scheme' || typeof proof.scheme === 'string') return [];
	const { scheme } = proof;
	return scheme.type === 'secret' && 'header' in scheme.from ? [scheme.from.header] : [];
}

function schemeName(proof: Proof): string {
	if (proof.kind !== 'scheme') return proof.kind;
	return typeof proof.scheme === 'string' ? proof.scheme : (proof.scheme.id ?? '');
}
