import { SealboxError } from '../sealing/error';
import type { OutgoingRequest } from './kind';
import { headerOf } from './outgoing';

/**
 * Refuses a request whose URL is right and that comes to somebody else all the same, because the
 * workflow names them beside the URL:
 *
 *  - a Host header: a front that serves many hosts passes the request on to the one it names;
 *  - a proxy that can read along: over http, or over https when the workflow also says whose
 *    certificates are good, or that none is looked at.
 *
 * A proxy of the environment is the choice of whoever runs the host, and not seen here.
 *
 * @throws {@link SealboxError} `ERR_DESTINATION_REFUSED`
 */
export function assertNoDetour(request: OutgoingRequest, url: URL): void {
	if (namesAnotherHost(request, url)) {
		throw refused('The Host header names another host than the URL. Take the header out.');
	}
	if (!request.proxy || (url.protocol === 'https:' && isVerifiedByHost(request))) return;
	throw refused(
		'The proxy of this request could read the credential. Use an https URL without SSL options, or take the proxy out.',
	);
}

/** Every value counts: which of two a server goes by is anybody's guess. RFC 9112 section 3.2 */
function namesAnotherHost(request: OutgoingRequest, url: URL): boolean {
	const named = headerOf(request, 'host')?.toLowerCase().split(',') ?? [];
	const port = url.port || (url.protocol === 'https:' ? '443' : '80');
	const own = [url.host, `${url.hostname}:${port}`];
	return named.some((host) => !own.includes(host.trim()));
}

/** Whether certificates are checked, and against authorities that the workflow did not bring. */
function isVerifiedByHost(request: OutgoingRequest): boolean {
	const { rejectUnauthorized, skipSslCertificateValidation, agentOptions } = request;
	const agent = (agentOptions ?? {}) as { rejectUnauthorized?: unknown; ca?: unknown };
	const isSkipped = [rejectUnauthorized, agent.rejectUnauthorized].includes(false);
	return !isSkipped && skipSslCertificateValidation !== true && !agent.ca;
}

const refused = (sentence: string): SealboxError =>
	new SealboxError('ERR_DESTINATION_REFUSED', sentence);
