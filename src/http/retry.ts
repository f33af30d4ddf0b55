import { Fault } from './fault';
import { headerName, headerOf, type HttpRequest, type HttpResponse } from './message';
import type { Clock, Random } from './ports';

export interface RetryRules {
	/** How often a request is repeated at most; 0 switches retries off. */
	readonly retries: number;
	/** Upper bound of the first pause, in milliseconds; it doubles with each retry. */
	readonly baseMs: number;
	/** Longest pause in milliseconds, also for a pause that the service asks for. */
	readonly capMs: number;
}

/** What an attempt ended with. */
export type Outcome = HttpResponse | Fault;

/** RFC 9110 section 9.2.2, and the WebDAV methods of RFC 4918 and RFC 3253. */
const IDEMPOTENT = new Set(
	'GET HEAD OPTIONS TRACE PUT DELETE PROPFIND REPORT COPY MOVE MKCOL'.split(' '),
);

/**
 * How long to wait before the next attempt, or `null` when there should be none.
 *
 * A service that asks for a pause gets it; one that asks for more than the cap is not asked again.
 *
 * @param attempt - how many retries there have been
 */
export function pauseBeforeRetry(
	request: HttpRequest,
	outcome: Outcome,
	attempt: number,
	rules: RetryRules,
	ports: { clock: Clock; random: Random },
): number | null {
	if (attempt >= rules.retries || !isRepeatable(request, outcome)) return null;
	const asked = outcome instanceof Fault ? null : retryAfterMs(outcome, ports.clock);
	if (asked === null) return backoffMs(attempt, rules, ports.random);
	return asked > rules.capMs ? null : asked;
}

/** Full jitter: anywhere between nothing and the doubling bound. */
export function backoffMs(attempt: number, rules: RetryRules, random: Random): number {
	return Math.floor(random() * Math.min(rules.capMs, rules.baseMs * 2 ** attempt));
}

/**
 * Whether sending the request again can do no harm and may help.
 *
 * A method that is not idempotent is repeated only when the service cannot have acted: the
 * connection never stood, or it said itself that it did not (429, or 503 with Retry-After).
 * An Idempotency-Key header makes every method repeatable.
 */
export function isRepeatable(request: HttpRequest, outcome: Outcome): boolean {
	const isSafe =
		IDEMPOTENT.has(request.method.toUpperCase()) ||
		headerName(request, 'idempotency-key') !== undefined;
	if (outcome instanceof Fault) return isSafe ? outcome.isTransient : outcome.isBeforeSending;
	if (outcome.status === 429) return true;
	if (outcome.status === 503) return isSafe || headerOf(outcome, 'retry-after') !== '';
	return isSafe && (outcome.status === 502 || outcome.status === 504);
}

/**
 * The pause that Retry-After asks for, in milliseconds; `null` when it is absent or not readable.
 *
 * @see RFC 9110 section 10.2.3: whole seconds, or an HTTP date
 */
export function retryAfterMs(response: HttpResponse, clock: Clock): number | null {
	const text = headerOf(response, 'retry-after').trim();
	if (/^\d+$/.test(text)) return Number(text) * 1000;
	// Every form of an HTTP date begins with the name of a day; Date.parse alone takes far more.
	const date = /^[A-Za-z]{3,9},? /.test(text) ? Date.parse(text) : NaN;
	return Number.isNaN(date) ? null : Math.max(0, date - clock());
}
