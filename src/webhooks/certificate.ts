import { demand } from './refusal';
import { Incoming, type WebhookRequest } from './request';
import type { Place, Scheme } from './scheme';

/**
 * Where the certificate of a request is, for schemes whose senders name it; `null` for all others.
 *
 * The address comes from whoever sent the request. It is given back only when it is plain https, on a
 * host of the sender, without a port, a user or a query. Fetch it without following redirects.
 */
export function certificateAddress(request: WebhookRequest, scheme: Scheme): URL | null {
	return pinnedAddress(new Incoming(request), scheme);
}

export function pinnedAddress(incoming: Incoming, scheme: Scheme): URL | null {
	if (scheme.type !== 'signature' || scheme.key.kind !== 'certificate') return null;
	const { address, hosts, path } = scheme.key;
	return pinned(textAt(incoming, address), hosts, path, regionOf(incoming));
}

/** An address on one of these hosts, in which `*` is one label of a name and `{region}` that of the topic. */
export function pinned(
	text: string,
	hosts: readonly string[],
	path: string,
	region: string | null,
): URL {
	demand(URL.canParse(text), 'bad_certificate_url');
	const url = new URL(text);
	demand(url.href === text, 'bad_certificate_url');
	demand(url.protocol === 'https:' && url.port === '', 'bad_certificate_url');
	demand(url.username === '' && url.password === '', 'bad_certificate_url');
	demand(url.hash === '', 'bad_certificate_url');
	demand(
		hosts.some((host) => isHostLike(url.hostname, host, region)),
		'bad_certificate_url',
	);
	demand(url.pathname.startsWith(path), 'bad_certificate_url');
	return url;
}

function isHostLike(name: string, pattern: string, region: string | null): boolean {
	const [labels, wanted] = [name.split('.'), pattern.split('.')];
	return (
		labels.length === wanted.length &&
		wanted.every((label, index) => {
			const actual = labels[index] ?? '';
			if (label === '{region}') return region !== null && actual === region;
			return label === '*' ? /^[a-z0-9-]+$/.test(actual) : label === actual;
		})
	);
}

function textAt(incoming: Incoming, place: Place): string {
	if ('header' in place) return incoming.needHeader(place.header);
	const value = incoming.field(place.body);
	demand(value !== undefined, 'missing_field');
	return value;
}

/** The region in the name of an SNS topic, which the signature covers. */
export const regionOf = (incoming: Incoming): string | null =>
	/^arn:aws[a-z-]*:sns:([a-z0-9-]+):\d{12}:[\w.-]+$/.exec(
		incoming.fieldOrUndefined('TopicArn') ?? '',
	)?.[1] ?? null;
