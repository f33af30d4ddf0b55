import type { HttpRequest, HttpResponse } from './message';

/** Milliseconds since the Unix epoch. */
export type Clock = () => number;

/** A number from 0 up to, but not including, 1. */
export type Random = () => number;

/** Resolves after so many milliseconds; rejects when the run is cancelled. */
export type Sleep = (ms: number) => Promise<void>;

/**
 * Sends one request and answers with any status; follows nothing and retries nothing.
 *
 * `authenticated` says whether the credential goes along on this hop.
 *
 * @throws {@link Fault} when no answer came
 */
export type Send = (
	request: HttpRequest,
	options: { authenticated: boolean },
) => Promise<HttpResponse>;

/** What the engine may know about a credential: where it may go, and whether it shows in a text. */
export interface Carrier {
	/** @throws {@link SealboxError} `ERR_DESTINATION_REFUSED` when it may not be sent there */
	assertAllowed(url: URL): void;
	/** @throws {@link SealboxError} `ERR_DESTINATION_REFUSED` when a request that started with it may not go there, not even without it */
	assertReachable(url: URL): void;
	/** Whether the credential names this host itself, so that a server may send us there with it. */
	names(url: URL): boolean;
	/** Whether a text shows one of its secrets, in any form. */
	showsIn(text: string): boolean;
}
