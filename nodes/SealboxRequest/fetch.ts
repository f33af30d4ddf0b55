import type { IExecuteFunctions } from 'n8n-workflow';
import { read, receive, type Answer } from '../../src/http/answer';
import { exchange } from '../../src/http/exchange';
import type { Hop } from '../../src/http/hop';
import { discard, type HttpRequest } from '../../src/http/message';
import type { Carrier } from '../../src/http/ports';
import { fetchPages, isEmptyContent, type NextPage } from '../../src/http/pagination';
import { isSuccess, StatusError } from '../../src/http/status';
import type { Credential } from '../../src/host/request/credential';
import type { Secrets } from '../../src/host/request/found';
import { fetchHostPages, statusCodesOf } from '../../src/host/request/pages';
import { createSend } from '../../src/host/request/send';
import { sleep, startTimer } from '../../src/host/request/timer';
import type { Parameters } from '../parameters';
import { cursorOf, paginationOf, type PaginationSettings, type Settings } from './settings';

/** Everything that the calls of one item need. */
export interface Task {
	readonly context: IExecuteFunctions;
	readonly parameters: Parameters;
	readonly item: number;
	readonly request: HttpRequest;
	readonly settings: Settings;
	readonly credential: Credential | null;
	readonly secrets: Secrets;
	readonly tls?: Record<string, string>;
}

/** 256 MB: half of what a JavaScript string can hold at most. */
const MAX_BODY_BYTES = 256 * 2 ** 20;

/** Without a limit of its own, a run that gets this far is going round in circles. */
const MAX_PAGES = 10_000;

/** All answers for one item: one, or as many as there are pages. */
export async function fetchAnswers(task: Task): Promise<Answer[]> {
	const first: Hop = { request: task.request, authenticated: task.credential !== null };
	const pagination = paginationOf(task.parameters);
	if (pagination === null) return [await fetcher(task, isSuccess)(first)];
	const { nextLinkPath: path = 'next', pageParameter: parameter = 'page' } = pagination;
	switch (pagination.paginationMode) {
		case 'linkHeader':
			return await ownPages(task, first, pagination, { by: 'linkHeader' });
		case 'nextLinkField':
			return await ownPages(task, first, pagination, { by: 'jsonPath', path });
		case 'pageNumber': {
			const { firstPage = 1, pageStep: step = 1 } = pagination;
			const next = { by: 'pageNumber', parameter, first: firstPage, step } as const;
			return await ownPages(task, first, pagination, next);
		}
		case 'cursor':
			return await ownPages(task, first, pagination, cursorOf(pagination));
		default:
			return await hostPages(task, first, pagination);
	}
}

async function ownPages(task: Task, first: Hop, pagination: PaginationSettings, next: NextPage) {
	const ending = statusCodesOf(pagination.statusCodesWhenComplete ?? '');
	const endsByStatus = pagination.paginationCompleteWhen === 'receiveSpecificStatusCodes';
	const takes = (status: number) => isSuccess(status) || (endsByStatus && ending.includes(status));
	const rules = {
		next,
		maxPages: pagination.limitPagesFetched ? Number(pagination.maxRequests ?? 100) : MAX_PAGES,
		intervalMs: Number(pagination.requestInterval ?? 0),
		isPastEnd: (page: Answer) =>
			endsByStatus ? ending.includes(page.response.status) : isLast(page, next),
	};
	const pause = async (ms: number) => await sleep(ms, task.context.getExecutionCancelSignal());
	return await fetchPages(first, carrierOf(task), rules, {
		fetch: fetcher(task, takes),
		sleep: pause,
	});
}

/** A service that filters may well answer with an empty page and a cursor to the next one. */
const isLast = ({ content }: Answer, { by }: NextPage): boolean =>
	by !== 'cursor' && isEmptyContent(content);

/** The credential as the engine may know it: what came into being on the way is as secret as its fields. */
const carrierOf = ({ credential, secrets }: Task): Carrier | null =>
	credential && { ...credential.carrier, showsIn: (text) => secrets.showIn(text) };

/** Here a rule of the workflow looks at every status, so that none is an error by itself. */
const hostPages = async (task: Task, first: Hop, pagination: PaginationSettings) =>
	await fetchHostPages(
		task.context,
		task.item,
		first,
		carrierOf(task),
		pagination,
		task.settings.neverError,
		fetcher(task, () => true),
	);

/** Fetches one page; a status that is not taken is an error. */
function fetcher(task: Task, takes: (status: number) => boolean): (hop: Hop) => Promise<Answer> {
	const { context, credential, settings, secrets } = task;
	const { timeoutMs, ignoreTls, proxy, format, neverError } = settings;
	const cancelled = context.getExecutionCancelSignal();
	const rules = {
		timeoutMs,
		ignoreTls,
		...(proxy !== '' && { proxy }),
		...(task.tls && { tls: task.tls }),
		...(cancelled && { cancelled }),
	};
	const ports = {
		send: createSend({ context, credential, rules, onSecret: (needles) => secrets.add(needles) }),
		sleep: async (ms: number) => await sleep(ms, cancelled),
		random: Math.random,
		clock: Date.now,
		receive: receive(format, { maxBytes: MAX_BODY_BYTES, timeoutMs, after: startTimer }),
	};
	return async (hop) => {
		const exchanged = await exchange(hop, carrierOf(task), settings, ports);
		const { status } = exchanged.response;
		if (neverError || takes(status)) return read(exchanged, format, neverError);
		discard(exchanged.response);
		throw new StatusError(hop.request.method, exchanged.url, status);
	};
}
