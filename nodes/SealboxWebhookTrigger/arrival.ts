import type { IWebhookFunctions } from 'n8n-workflow';
import type { Arrival } from '../../src/webhooks/door/settings';
import { optionsOf } from './parameters';

/** What the host adds to a request. */
type Request = ReturnType<IWebhookFunctions['getRequestObject']> & {
	rawBody?: Buffer;
	contentType?: string;
	/** Reads what nobody has read, up to the host's limit. */
	readRawBody?: () => Promise<void>;
};

type Unreadable = 'too_large' | 'bad_body';

/**
 * The request as it came over the wire: lists where a header came on several lines.
 *
 * @param mostBytes - of a body that is still to be read
 * @returns the reason where the body is longer, or did not come as it should
 */
export async function arrivalOf(
	context: IWebhookFunctions,
	mostBytes: number,
): Promise<Arrival | Unreadable> {
	const request = context.getRequestObject() as Request;
	const { publicUrl = '', proxies = '', binaryData } = optionsOf(context);
	const address = publicUrl.trim() || addressOf(context, request);
	const query = /\?.*$/.exec(request.originalUrl ?? request.url)?.[0] ?? '';
	const problem = binaryData === true ? await unreadable(request, mostBytes) : null;
	if (problem !== null) return problem;
	return {
		method: request.method,
		url: address.replace(/[?#].*$/, '') + query,
		headers: request.headersDistinct,
		rawBody: rawBodyOf(request),
		remoteAddress: (proxies.trim() === '' ? request.ip : request.socket.remoteAddress) ?? '',
	};
}

/** As n8n shows it for this request: of a test, and with the values of a path that has parameters. */
function addressOf(context: IWebhookFunctions, request: Request): string {
	const shown = context.getNodeWebhookUrl('default') ?? '';
	if (!URL.canParse(shown)) return shown;
	if (new URL(shown).pathname.includes('/:')) return new URL(request.originalUrl, shown).href;
	return context.getMode() === 'manual' ? shown.replace('/webhook/', '/webhook-test/') : shown;
}

/** Why the body cannot be had; `null` once it is there. */
async function unreadable(request: Request, mostBytes: number): Promise<Unreadable | null> {
	if (Number(request.headers['content-length'] ?? 0) > mostBytes) return 'too_large';
	return await (request.readRawBody?.() ?? Promise.resolve()).then(
		() => null,
		({ type }: { type?: unknown }) => (type === 'entity.too.large' ? 'too_large' : 'bad_body'),
	);
}

/** The host keeps the bytes of everything but multipart forms, whose files it takes out. */
function rawBodyOf({ rawBody, contentType }: Request): Uint8Array | null {
	if (rawBody !== undefined) return rawBody;
	return contentType === 'multipart/form-data' ? null : Buffer.alloc(0);
}
