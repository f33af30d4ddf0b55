import { SealboxError } from '../../sealing/error';
import { Fault } from '../../http/fault';

/**
 * What an error of the host's client means, without what it carries: its `config` holds headers and
 * body, its message may hold the URL.
 */
export function translate(error: unknown): Error {
	if (error instanceof Fault || error instanceof SealboxError) return error;
	const chain = causesOf(error);
	const names = chain.map((link) => String(link.constructor?.name ?? ''));
	if (names.some((name) => name.startsWith('SsrfBlocked'))) return internalAddress();
	if (chain.some(({ message }) => /^Domain not allowed/.test(String(message)))) return domain();
	const code = chain.map(codeOf).find((found) => found !== null);
	return new Fault(code ?? 'ERR_UNKNOWN');
}

interface Link {
	readonly constructor?: { name?: string };
	readonly message?: unknown;
	readonly code?: unknown;
	readonly httpCode?: unknown;
	readonly cause?: unknown;
}

/** The error and what it was caused by, at most five deep: a cause may be its own cause. */
function causesOf(error: unknown): Link[] {
	const chain: Link[] = [];
	for (let link = error; chain.length < 5 && typeof link === 'object' && link !== null; ) {
		chain.push(link);
		link = (link as Link).cause;
	}
	return chain;
}

/** A system or library code such as ECONNREFUSED; statuses and free text are none. */
function codeOf({ code, httpCode }: Link): string | null {
	const found = [code, httpCode].find((value) => /^[A-Z][A-Z0-9_]{2,40}$/.test(String(value)));
	return found === undefined ? null : String(found);
}

const internalAddress = () =>
	new SealboxError(
		'ERR_DESTINATION_REFUSED',
		'This n8n is set up to refuse calls to internal addresses, and the URL leads to one. Change the URL, or ask who runs n8n to allow the host.',
	);

const domain = () =>
	new SealboxError(
		'ERR_DESTINATION_REFUSED',
		'This credential may not be sent to the host of the URL. Add it to Allowed Domains in the credential, or change the URL.',
	);
