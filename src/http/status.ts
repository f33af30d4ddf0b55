import { STATUS_CODES } from 'node:http';
import { SealboxError } from '../sealing/error';
import { nameOf } from './target';

/** The service answered, but not with what was asked for. Neither its text nor its headers are told. */
export class StatusError extends SealboxError {
	constructor(
		method: string,
		url: URL,
		readonly status: number,
	) {
		super('ERR_RESPONSE_STATUS', sentenceOf(method, url, status));
	}
}

/** What a status is called; never what the server calls it, which may hold anything. */
export const reasonOf = (status: number): string => STATUS_CODES[status] ?? '';

export const isSuccess = (status: number): boolean => status >= 200 && status < 300;

const ADVICE: Record<number, string> = {
	400: 'Check the fields of the request against the documentation of the service.',
	401: 'The service does not take the credential. Test it, or choose another one.',
	403: 'The service knows the credential but does not let it do this. Check its rights.',
	404: 'Check the URL.',
	405: 'Check the method.',
	413: 'The body is larger than the service takes.',
	415: 'Check Body Content Type.',
	429: 'The service wants fewer requests at a time. Slow down with the Batching option.',
};

function sentenceOf(method: string, url: URL, status: number): string {
	const answer = `${status} ${reasonOf(status)}`.trim();
	return `${nameOf(method, url)} answered ${answer}. ${adviceOn(status)}`;
}

function adviceOn(status: number): string {
	if (status >= 500) return 'The fault is on the side of the service. Try again later.';
	if (status >= 300 && status < 400)
		return 'Follow Redirects is off, or the redirect names no address.';
	return ADVICE[status] ?? 'Turn on Never Error in the Response option to see what it says.';
}
