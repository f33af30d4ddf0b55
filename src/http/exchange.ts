import { SealboxError } from '../sealing/error';
import { Fault } from './fault';
import { isRedirect, redirected, type Hop } from './hop';
import { discard, type HttpResponse } from './message';
import type { Carrier, Clock, Random, Send, Sleep } from './ports';
import { pauseBeforeRetry, type RetryRules } from './retry';
import { nameOf } from './target';

export interface ExchangeRules {
	readonly retry: RetryRules;
	/** How many redirects are followed; with 0 the redirect itself is the answer. */
	readonly maxRedirects: number;
}

/** The last response, and the address that it came from. */
export interface Exchanged {
	readonly response: HttpResponse;
	readonly url: URL;
}

export interface ExchangePorts {
	readonly send: Send;
	readonly sleep: Sleep;
	readonly random: Random;
	readonly clock: Clock;
	/** Takes in the answer while a broken connection can still be retried. */
	readonly receive?: (response: HttpResponse) => Promise<HttpResponse>;
}

/**
 * One request and everything it takes to get its answer: retries and redirects.
 *
 * 1. Ask the credential, before each hop that carries it, whether it may go there.
 * 2. Send, and repeat after a pause while that is safe and may help.
 * 3. Follow a redirect by starting again with the next hop. The retries are shared by all hops.
 *
 * @returns the last response, whatever its status
 * @throws {@link Fault} when no answer came, {@link SealboxError} when a destination is refused
 */
export async function exchange(
	first: Hop,
	credential: Carrier | null,
	rules: ExchangeRules,
	ports: ExchangePorts,
): Promise<Exchanged> {
	let hop = first;
	let redirects = 0;
	for (let retries = 0; ; ) {
		// 1
		if (hop.authenticated) credential?.assertAllowed(hop.request.url);
		// 2
		const outcome = await attempt(hop, rules, ports);
		const pause = pauseBeforeRetry(hop.request, outcome, retries, rules.retry, ports);
		if (pause !== null) {
			retries += 1;
			if (!(outcome instanceof Fault)) discard(outcome);
			await ports.sleep(pause);
			continue;
		}
		if (outcome instanceof Fault) throw outcome;
		// 3
		if (rules.maxRedirects === 0 || !isRedirect(outcome)) {
			return { response: outcome, url: hop.request.url };
		}
		discard(outcome);
		redirects += 1;
		if (redirects > rules.maxRedirects) throw tooMany(hop, rules.maxRedirects);
		hop = redirected(hop, outcome, credential);
	}
}

/** A fault is an outcome, to be judged like a status; anything else is an error. */
const attempt = async (
	hop: Hop,
	rules: ExchangeRules,
	ports: ExchangePorts,
): Promise<HttpResponse | Fault> =>
	await answer(hop, rules, ports).catch((error: unknown) => {
		if (error instanceof Fault) return error;
		throw error;
	});

/** The body of a redirect that is followed is nobody's business. */
async function answer(hop: Hop, rules: ExchangeRules, ports: ExchangePorts): Promise<HttpResponse> {
	const response = await ports.send(hop.request, { authenticated: hop.authenticated });
	const isPassedBy = rules.maxRedirects > 0 && isRedirect(response);
	return isPassedBy || ports.receive === undefined ? response : await ports.receive(response);
}

const tooMany = (hop: Hop, max: number) =>
	new SealboxError(
		'ERR_REDIRECT_REFUSED',
		`${nameOf(hop.request.method, hop.request.url)} was redirected more than ${max} times. Raise Max Redirects, or check the URL.`,
	);
