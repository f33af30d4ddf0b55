import { SealboxError } from '../sealing/error';
import { withCursor, type CursorPlace } from './cursor';
import { toServersChoice, type Hop } from './hop';
import { valueAt } from './jsonPath';
import { linkTarget } from './linkHeader';
import { headerOf, type HttpResponse } from './message';
import type { Carrier, Sleep } from './ports';
import { withQueryReplaced } from './query';

/** Where the address of the next page comes from. */
export type NextPage =
	| { readonly by: 'linkHeader' }
	| { readonly by: 'jsonPath'; readonly path: string }
	| {
			readonly by: 'pageNumber';
			readonly parameter: string;
			readonly first: number;
			readonly step: number;
	  }
	| {
			readonly by: 'cursor';
			/** Path of the field of an answer that holds the cursor; the last page has none. */
			readonly path: string;
			readonly into: CursorPlace;
			/** Name of the parameter or header that takes it; in a body, its path. */
			readonly name: string;
	  };

export interface PaginationRules<P extends Page = Page> {
	readonly next: NextPage;
	/** Most pages that are fetched. */
	readonly maxPages: number;
	/** Pause between two pages, in milliseconds. */
	readonly intervalMs: number;
	/** A page number has no last page of its own: whether this page is past the end. */
	readonly isPastEnd: (page: P) => boolean;
}

/** A response with its body read. */
export interface Page {
	readonly response: HttpResponse;
	readonly content: unknown;
}

/**
 * All pages, first to last.
 *
 * A link is the server's choice: it is held to the rules of a redirect, judged from the first
 * page's address, so that a chain of links leads no further than a single one. A link to a page
 * that was already fetched ends the run with an error instead of going round for ever.
 *
 * @throws {@link SealboxError} `ERR_PAGINATION_REFUSED` for a link that is no URL or goes in a circle
 */
export async function fetchPages<P extends Page>(
	first: Hop,
	credential: Carrier | null,
	rules: PaginationRules<P>,
	ports: { fetch: (hop: Hop) => Promise<P>; sleep: Sleep },
): Promise<P[]> {
	const pages: P[] = [];
	const seen = new Set<string>();
	let hop: Hop | null = startOf(first, rules.next);
	let mark = hop.request.url.href;
	while (hop !== null && pages.length < rules.maxPages) {
		if (seen.has(mark)) throw circle(pages.length);
		seen.add(mark);
		if (pages.length > 0 && rules.intervalMs > 0) await ports.sleep(rules.intervalMs);
		const page = await ports.fetch(hop);
		if (rules.next.by === 'pageNumber' && pages.length > 0 && rules.isPastEnd(page)) break;
		pages.push(page);
		hop = rules.isPastEnd(page)
			? null
			: nextOf(first, hop, page, pages.length, rules.next, credential);
		mark = markOf(page, hop, rules.next);
	}
	return pages;
}

/** What two requests for the same page have in common. */
const markOf = ({ content }: Page, hop: Hop | null, next: NextPage): string =>
	next.by === 'cursor'
		? JSON.stringify(valueAt(content, next.path))
		: (hop?.request.url.href ?? '');

const startOf = (first: Hop, next: NextPage): Hop =>
	next.by === 'pageNumber' ? withPage(first, next.parameter, next.first) : first;

function nextOf(
	first: Hop,
	current: Hop,
	page: Page,
	count: number,
	next: NextPage,
	credential: Carrier | null,
): Hop | null {
	if (next.by === 'pageNumber')
		return withPage(first, next.parameter, next.first + count * next.step);
	if (next.by === 'cursor') {
		const cursor = valueAt(page.content, next.path);
		const request = isNothing(cursor) ? null : withCursor(first.request, cursor, next);
		return request && { ...first, request };
	}
	const link =
		next.by === 'linkHeader'
			? linkTarget(headerOf(page.response, 'link'), 'next')
			: valueAt(page.content, next.path);
	if (isNothing(link)) return null;
	const url = typeof link === 'string' ? URL.parse(link, current.request.url.href) : null;
	if (url === null)
		throw refused('The link to the next page is not a URL. Check where it is taken from.');
	return toServersChoice(first, url, credential);
}

const isNothing = (value: unknown): boolean =>
	value === undefined || value === null || value === '' || value === false;

function withPage(hop: Hop, parameter: string, number: number): Hop {
	const url = withQueryReplaced(hop.request.url, [[parameter, String(number)]]);
	return { ...hop, request: { ...hop.request, url } };
}

/** Nothing in it: an empty list, object or text, or a list under the only key that holds one. */
export function isEmptyContent(content: unknown): boolean {
	if (content === null || content === undefined || content === '') return true;
	if (Array.isArray(content)) return content.length === 0;
	if (typeof content !== 'object') return false;
	const lists = Object.values(content).filter(Array.isArray);
	return Object.keys(content).length === 0 || (lists.length === 1 && lists[0]?.length === 0);
}

const refused = (sentence: string) => new SealboxError('ERR_PAGINATION_REFUSED', sentence);
const circle = (pages: number) =>
	refused(
		`After ${pages} pages the next one is a page that was already fetched. Check where its address is taken from.`,
	);
