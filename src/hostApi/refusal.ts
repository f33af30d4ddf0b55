import type { Answer } from '../kinds/ask';
import { SealboxError } from '../sealing/error';
import type { Question } from './client';

/**
 * What an answer of n8n's public API means that is no success. Nothing that n8n wrote is repeated but the
 * names of fields: its sentences may quote what was sent.
 */
export function refusalOf(question: Question, { status, body = '' }: Answer): SealboxError {
	if (isUnknownRoute(status, body)) return tooOld(question);
	return new SealboxError('ERR_HOST_REFUSED', sentenceOf(question, status, messageIn(body)));
}

/** n8n's router knows no such path or method: an older n8n, or a public API that is switched off. */
const isUnknownRoute = (status: number, body: string): boolean =>
	status === 405 || (status === 404 && /^not found$/.test(messageIn(body))) || isPage(status, body);

const isPage = (status: number, body: string): boolean =>
	status === 404 && /^\s*(<|Cannot )/.test(body);

function tooOld({ method = 'GET', path }: Question): SealboxError {
	const shape = path.replace(/[^/]*\d[^/]*/g, '…');
	return new SealboxError(
		'ERR_HOST_VERSION',
		`This n8n has no ${method} ${shape} in its public API. Check that the API is not switched off (N8N_PUBLIC_API_DISABLED) and that the Base URL is right; otherwise update n8n: Sealbox Host is tested with 2.35.0 and 2.41.1.`,
	);
}

function sentenceOf({ subject, method = 'GET' }: Question, status: number, message: string) {
	const isRead = method === 'GET';
	switch (status) {
		case 400:
		case 422:
			return `${subject} was not accepted by n8n (${status}). ${adviceIn(message)}`;
		case 401:
			return 'n8n does not know the API key (401). Create a new one under Settings, n8n API, and put it into the credential.';
		case 402:
		case 403:
			return `The API key may not ${isRead ? 'read' : 'do'} this (${status}). ${subject} needs a scope that the key lacks, a project that its owner is no member of, or a licence that this n8n does not have.`;
		case 404:
			return `${subject} was not found. Check the id, and that the owner of the API key may see it.`;
		case 409:
			return `${subject} is in a state that does not allow this (409). Look at it in n8n, and try again.`;
		case 413:
			return `${subject} is larger than n8n takes (413). Raise N8N_PAYLOAD_SIZE_MAX, or send less.`;
		case 429:
			return 'n8n wants fewer requests (429). Try again later.';
		default:
			return status >= 500
				? `n8n has a problem of its own (${status}). Its log says which; try again later.`
				: `n8n answered ${status}. Check the Base URL of the credential: redirects are not followed.`;
	}
}

/** The name of the field that n8n complains about, where it is one that we know how to read. */
function adviceIn(message: string): string {
	const missing = /requires property "([\w.]{1,60})"|required property '([\w.]{1,60})'/.exec(
		message,
	);
	if (missing) return `The field ${missing[1] ?? missing[2]} is missing. Add it.`;
	const unknown = /additional property "([\w.]{1,60})"/.exec(message);
	if (unknown) return `There is no field ${unknown[1]}. Take it out, or correct its name.`;
	const key = /unrecognized key\(s\) in object: '([\w.]{1,60})'/i.exec(message);
	if (key) return `There is no field ${key[1]}. Take it out, or correct its name.`;
	if (/not a known type/.test(message)) return 'n8n has no credential type of that name.';
	if (/[Mm]anaged credential/.test(message)) return 'It is managed by n8n and cannot be changed.';
	if (/not licensed/.test(message)) return 'This n8n has no licence for it.';
	return 'Check its fields against what n8n shows for them.';
}

function messageIn(body: string): string {
	try {
		const { message } = JSON.parse(body) as { message?: unknown };
		return typeof message === 'string' ? message : '';
	} catch {
		// A page of a proxy, for instance.
		return '';
	}
}
