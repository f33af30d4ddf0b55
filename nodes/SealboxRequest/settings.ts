import type { ResponseFormat } from '../../src/http/decode';
import type { ExchangeRules } from '../../src/http/exchange';
import type { PoolRules } from '../../src/http/pool';
import type { HostPagination } from '../../src/host/request/pages';
import type { PresignRules } from '../../src/host/request/presign';
import { SealboxError } from '../../src/sealing/error';
import type { Parameters } from '../parameters';

/** What the options of one item say, with the defaults filled in. */
export interface Settings extends ExchangeRules {
	readonly timeoutMs: number;
	readonly ignoreTls: boolean;
	readonly proxy: string;
	readonly format: ResponseFormat;
	readonly fullResponse: boolean;
	readonly neverError: boolean;
	readonly outputField: string;
	/** A URL to be signed instead of a request to be sent; `null` for sending. */
	readonly presign: PresignRules | null;
}

const FIVE_MINUTES_MS = 300_000;
const FORMATS: Record<string, ResponseFormat> = {
	autodetect: 'auto',
	json: 'json',
	text: 'text',
	file: 'file',
};

export function settingsOf(parameters: Parameters, item: number): Settings {
	const option = <T>(path: string, fallback: T): T =>
		parameters.get(`options.${path}`, item, fallback);
	const follows = option('redirect.redirect.followRedirects', true);
	return {
		maxRedirects: follows ? option('redirect.redirect.maxRedirects', 21) : 0,
		retry: {
			retries: option('retry.retry.retries', 2),
			baseMs: option('retry.retry.base', 1000),
			capMs: option('retry.retry.cap', 30_000),
		},
		timeoutMs: option('timeout', FIVE_MINUTES_MS) || FIVE_MINUTES_MS,
		ignoreTls: option('allowUnauthorizedCerts', false),
		proxy: option('proxy', ''),
		format: FORMATS[option('response.response.responseFormat', 'autodetect')] ?? 'auto',
		fullResponse: option('response.response.fullResponse', false),
		neverError: option('response.response.neverError', false),
		outputField: option('response.response.outputPropertyName', 'data') || 'data',
		presign: parameters.raw('options.presign')
			? {
					expiresInSeconds: Number(option('presign.presign.expires', 900)),
					reveals: option<unknown>('presign.presign.reveal', false) === true,
				}
			: null,
	};
}

/** Without a limit the host's HTTP Request starts everything at once; a thousand is about as fast. */
const UNLIMITED = 1000;

export function poolRulesOf(parameters: Parameters): PoolRules {
	const batch = <T>(name: string, fallback: T): T =>
		parameters.get(`options.batching.batch.${name}`, 0, fallback);
	const size = batch('batchSize', parameters.raw('options.batching.batch') ? 50 : -1);
	return {
		concurrency: Math.max(1, batch('concurrency', UNLIMITED)),
		batchSize: size < 0 ? Number.POSITIVE_INFINITY : Math.max(1, size),
		batchIntervalMs: batch('batchInterval', parameters.raw('options.batching.batch') ? 1000 : 0),
	};
}

/** Pagination as it was filled in, expressions included; `null` when it is off. */
export function paginationOf(parameters: Parameters): PaginationSettings | null {
	const raw = parameters.raw('options.pagination.pagination') as PaginationSettings | undefined;
	if (raw === undefined || Object.keys(raw).length === 0) return null;
	const mode = raw.paginationMode ?? 'linkHeader';
	return mode === 'off' ? null : { ...raw, paginationMode: mode };
}

export interface PaginationSettings extends HostPagination {
	readonly nextLinkPath?: string;
	readonly pageParameter?: string;
	readonly firstPage?: number;
	readonly pageStep?: number;
	readonly cursorPath?: string;
	readonly cursorInto?: 'query' | 'body' | 'header';
	readonly cursorName?: string;
}

/** How a cursor leads to the next page. @throws {@link SealboxError} `ERR_PAGINATION_REFUSED` */
export function cursorOf(settings: PaginationSettings) {
	const { cursorPath: path = 'next_cursor', cursorInto: into = 'query', cursorName } = settings;
	const name = cursorName ?? 'cursor';
	if (path !== '' && name !== '') return { by: 'cursor', path, into, name } as const;
	throw new SealboxError(
		'ERR_PAGINATION_REFUSED',
		'Pagination: fill in Cursor Field and Cursor Name. Otherwise every page would be the first one.',
	);
}
