import type { IExecuteFunctions, IRequestOptionsSimplified, PaginationOptions } from 'n8n-workflow';
import type { Answer } from '../../http/answer';
import { toServersChoice, type Hop } from '../../http/hop';
import type { Content, HttpRequest } from '../../http/message';
import type { Carrier } from '../../http/ports';
import { pairsOf, withQueryReplaced } from '../../http/query';
import { StatusError } from '../../http/status';
import { assertHeaders, assertHostHeader, parseTarget } from '../../http/target';
import { SealboxError } from '../../sealing/error';

/** Pagination as the parameters of n8n's HTTP Request describe it, expressions not evaluated. */
export interface HostPagination {
	readonly paginationMode: string;
	readonly nextURL?: string;
	readonly parameters?: { parameters?: { type: string; name: string; value: string }[] };
	readonly paginationCompleteWhen?: string;
	readonly statusCodesWhenComplete?: string;
	readonly completeExpression?: string;
	readonly limitPagesFetched?: boolean;
	readonly maxRequests?: number | string;
	readonly requestInterval?: number | string;
}

type Fetch = (hop: Hop) => Promise<Answer>;

/** What the host hands over for one page. */
interface PageRequest {
	readonly uri?: unknown;
	readonly qs?: Record<string, unknown>;
	readonly headers?: Record<string, unknown>;
	readonly body?: Record<string, unknown>;
}

/**
 * All pages, where expressions with `$response`, `$request` and `$pageCount` lead from one to the
 * next. Only the host can evaluate those, and its helper does so in a loop of its own; it is given a
 * `request` that goes through us, so that every page is held to the credential's destinations.
 *
 * The expressions see a response as it came; what is returned is for the caller to scrub.
 */
export async function fetchHostPages(
	context: IExecuteFunctions,
	itemIndex: number,
	first: Hop,
	credential: Carrier | null,
	pagination: HostPagination,
	neverError: boolean,
	fetch: Fetch,
): Promise<Answer[]> {
	const answers: Answer[] = [];
	let fault: unknown;
	const fetchPage = async (page: PageRequest) => await fetch(hopFor(first, page, credential));
	const request = async (page: PageRequest) => {
		const answer = await fetchPage(page).catch((error: unknown) => {
			fault = error;
			throw error;
		});
		answers.push(answer);
		return asHostResponse(answer);
	};
	const helpers = Object.create(context.helpers, { request: { value: request } });
	const view: IExecuteFunctions = Object.create(context, { helpers: { value: helpers } });
	await view.helpers.requestWithAuthenticationPaginated
		.call(view, firstPage(first.request) as never, itemIndex, hostRules(pagination, neverError))
		.catch((error: unknown) => {
			throw fault ?? reasonOf(error, first, answers);
		});
	return answers;
}

const asHostResponse = ({ response, content, format }: Answer) => ({
	body: content,
	headers: response.headers,
	statusCode: response.status,
	// The host would read a stream as text; a file has to stay what it is.
	...(format === 'file' && { __bodyResolved: true }),
});

/** The parts that an expression may change; `$request` shows them, too. */
function firstPage({ method, url, headers, content }: HttpRequest): object {
	const body =
		content?.type === 'json'
			? content.value
			: content?.type === 'form'
				? Object.fromEntries(content.fields)
				: undefined;
	return {
		method,
		uri: url.href,
		qs: {},
		headers: { ...headers },
		...(body !== undefined && { body }),
	};
}

/** A page on another origin than the first is the server's choice, whoever wrote the expression. */
function hopFor(first: Hop, page: PageRequest, credential: Carrier | null): Hop {
	const target = parseTarget(page.uri);
	const hop = toServersChoice(first, withQueryReplaced(target, pairsOf(page.qs ?? {})), credential);
	const isSame = hop.request.url.origin === first.request.url.origin;
	const headers = isSame ? texts(page.headers ?? {}) : hop.request.headers;
	assertHeaders(headers);
	assertHostHeader(headers, hop.request.url);
	const content = withBody(first.request.content, page.body);
	return { ...hop, request: { ...hop.request, headers, ...(content && { content }) } };
}

const texts = (headers: Record<string, unknown>): Record<string, string> =>
	Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

function withBody(content: Content | undefined, body: Record<string, unknown> | undefined) {
	if (body === undefined || content === undefined) return content;
	if (content.type === 'json') return { type: 'json', value: body } as const;
	if (content.type === 'form') return { type: 'form', fields: pairsOf(body, 'repeat') } as const;
	return content;
}

function hostRules(pagination: HostPagination, neverError: boolean): PaginationOptions {
	const {
		paginationMode,
		nextURL = '',
		limitPagesFetched,
		maxRequests,
		requestInterval,
	} = pagination;
	const request: Record<string, unknown> =
		paginationMode === 'responseContainsNextURL' ? { url: nextURL } : changesOf(pagination);
	return {
		continue: continueExpression(pagination, neverError),
		request: request as unknown as IRequestOptionsSimplified,
		requestInterval: (requestInterval ?? 0) as number,
		...(limitPagesFetched && { maxRequests: maxRequests as number }),
	};
}

function changesOf(pagination: HostPagination): Record<string, unknown> {
	const changes: Record<string, Record<string, string>> = {};
	for (const { type, name, value } of pagination.parameters?.parameters ?? []) {
		if (!['qs', 'headers', 'body'].includes(type) || name === '' || value === '') {
			throw refused(
				'Pagination: each parameter needs a type, a name and a value. Otherwise every page would be the first one.',
			);
		}
		changes[type] = { ...changes[type], [name]: value };
	}
	if (Object.keys(changes).length > 0) return changes;
	throw refused('Pagination: add the parameter that changes from page to page.');
}

/** The host asks for another page as long as this expression says so. */
function continueExpression(pagination: HostPagination, neverError: boolean): string {
	const {
		paginationCompleteWhen,
		statusCodesWhenComplete = '',
		completeExpression = '',
	} = pagination;
	if (paginationCompleteWhen === 'receiveSpecificStatusCodes') {
		return `={{ !${JSON.stringify(statusCodesOf(statusCodesWhenComplete))}.includes($response.statusCode) }}`;
	}
	if (paginationCompleteWhen !== 'other') {
		return '={{ Array.isArray($response.body) ? $response.body.length : !!$response.body }}';
	}
	const inner = /^=\{\{([\s\S]*)\}\}\s*$/.exec(completeExpression)?.[1];
	if (inner === undefined)
		throw refused('Pagination: Complete Expression has to be an expression.');
	const isBad = '$response.statusCode < 200 || $response.statusCode >= 300';
	return neverError ? `={{ !(${inner}) }}` : `={{ !(${inner}) || (${isBad}) }}`;
}

export const statusCodesOf = (list: string): number[] =>
	String(list)
		.split(',')
		.map((code) => Number.parseInt(code.trim(), 10))
		.filter((code) => !Number.isNaN(code));

/** Why the host's loop ended early, without the body that its message would quote. */
function reasonOf(error: unknown, first: Hop, answers: readonly Answer[]): SealboxError {
	const status = answers.at(-1)?.response.status ?? 0;
	if (/identical/.test(String((error as Error).message))) {
		return refused(
			'The same page came several times in a row. Check what changes from page to page, and Pagination Complete When.',
		);
	}
	if ((error as { statusCode?: unknown }).statusCode === status && status !== 0) {
		return new StatusError(first.request.method, first.request.url, status);
	}
	if ((error as { type?: unknown }).type === 'invalid_url') {
		return refused('The link to the next page is not a URL. Check Next URL.');
	}
	return refused(
		'An expression of the Pagination option could not be evaluated. Check it, and what it reads of $response.',
	);
}

const refused = (sentence: string) => new SealboxError('ERR_PAGINATION_REFUSED', sentence);
