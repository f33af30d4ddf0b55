import { adviceOn, type Answer, type Send } from '../kinds/ask';
import { host, type HostFields } from '../kinds/host';
import { parseFields, type Fields, type OutgoingRequest } from '../kinds/kind';
import { joined } from '../kinds/outgoing';
import { isSealboxError, SealboxError } from '../sealing/error';
import { refusalOf } from './refusal';

/** n8n's public API, version 1: what it is asked, and what it answers as JSON. */

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
export type Json = Record<string, unknown>;

/** What is asked for in words, for instance `credential`, for the sentence when it is refused. */
export interface Question {
	readonly method?: Method;
	/** Below `/api/v1`; made by {@link path}, so that an id cannot lead elsewhere. */
	readonly path: string;
	readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
	readonly body?: unknown;
	/** What it is about, to begin a sentence with: `The credential`. */
	readonly subject: string;
}

/** A part of a list, and how to get at the rest of it. */
interface Page {
	readonly data: readonly Json[];
	readonly nextCursor: string | null;
}

/** The most that the API gives at once. */
const PAGE = 250;

/** A path whose variable parts are ids: encoded, and never a step up or down. @throws `ERR_VALUE_INVALID` */
export function path(parts: TemplateStringsArray, ...ids: readonly string[]): string {
	return parts.reduce((text, part, index) => `${text}${segment(ids[index - 1] ?? '')}${part}`);
}

function segment(id: string): string {
	const text = id.trim();
	if (text !== '' && !/^\.+$/.test(text)) return encodeURIComponent(text);
	throw new SealboxError(
		'ERR_VALUE_INVALID',
		'The id is empty. Choose one, or check its expression.',
	);
}

export class HostApi {
	readonly #fields: HostFields;
	readonly #root: string;

	/**
	 * @param fields - of a Sealbox Host credential, decrypted
	 * @throws SealboxError `ERR_CREDENTIAL_INVALID`
	 */
	constructor(
		fields: Fields,
		private readonly send: Send,
	) {
		this.#fields = parseFields(host, fields);
		this.#root = joined(this.#fields.baseUrl.trim(), '/api/v1');
	}

	/** The key, which must not show up in anything that comes back. */
	get key(): string {
		return this.#fields.apiKey.trim();
	}

	/**
	 * One answer, as JSON; an empty one is `{}`.
	 *
	 * @throws SealboxError `ERR_HOST_REFUSED` and `ERR_HOST_VERSION` by its status; `ERR_UNREACHABLE` when
	 *   there is none
	 */
	async ask(question: Question): Promise<Json> {
		const answer = await this.#send(question);
		if (answer.status >= 200 && answer.status < 300) return jsonOf(answer);
		throw refusalOf(question, answer);
	}

	/** The status and the JSON of an answer, whatever the status. @throws SealboxError `ERR_UNREACHABLE` */
	async try(question: Question): Promise<{ status: number; json: Json }> {
		const answer = await this.#send(question);
		const isGood = answer.status >= 200 && answer.status < 300;
		return { status: answer.status, json: isGood ? jsonOf(answer) : {} };
	}

	/** A part of a list, over as many pages as it takes. */
	async list(question: Question, { skip = 0, limit = Infinity }: Range = {}): Promise<Json[]> {
		const found: Json[] = [];
		for await (const entry of this.each(question, skip + limit)) {
			found.push(entry);
			if (found.length >= skip + limit) break;
		}
		return found.slice(skip);
	}

	/** Every entry of a list, in its order; whoever has enough stops. */
	async *each(question: Question, most = Infinity): AsyncGenerator<Json> {
		const limit = Math.max(1, Math.min(PAGE, most));
		const seen = new Set<string>();
		for (let cursor: string | null = ''; cursor !== null; ) {
			const query: Question['query'] = { ...question.query, limit, cursor: cursor || undefined };
			const page = pageOf(await this.ask({ ...question, query }));
			yield* page.data;
			cursor = page.nextCursor;
			// A list that leads back to where it was would never end.
			if (cursor !== null && seen.has(cursor)) return;
			if (cursor !== null) seen.add(cursor);
		}
	}

	async #send(question: Question): Promise<Answer> {
		return await this.send(this.#requestOf(question)).catch(unreachable);
	}

	#requestOf({ method = 'GET', path: below, query = {}, body }: Question): OutgoingRequest {
		const url = new URL(joined(this.#root, below));
		for (const [name, value] of Object.entries(query)) {
			if (value !== undefined && value !== '') url.searchParams.set(name, String(value));
		}
		const headers = {
			Accept: 'application/json',
			'X-N8N-API-KEY': this.key,
			...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
		};
		return {
			url: url.href,
			method,
			headers,
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		};
	}
}

/** A refusal of the host to send at all is told as it is; of any other error only what its code means. */
function unreachable(error: unknown): never {
	if (isSealboxError(error)) throw error;
	throw new SealboxError(
		'ERR_UNREACHABLE',
		`The n8n of the credential could not be reached. ${adviceOn(error)}`,
	);
}

/** Which part of a list. */
export interface Range {
	readonly skip?: number;
	readonly limit?: number;
}

function jsonOf({ status, body = '' }: Answer): Json {
	if (status === 204 || body === '') return {};
	const parsed = parsedOrNull(body);
	if (parsed !== null) return parsed;
	throw new SealboxError(
		'ERR_HOST_REFUSED',
		'What answers at the Base URL is not the public API of n8n. Enter the address at which you open n8n.',
	);
}

/** `null` for text that is no JSON object, for instance a page of a proxy. */
function parsedOrNull(text: string): Json | null {
	try {
		const parsed = JSON.parse(text) as unknown;
		return typeof parsed === 'object' && parsed !== null ? (parsed as Json) : null;
	} catch {
		return null;
	}
}

function pageOf({ data, nextCursor }: Json): Page {
	return {
		data: Array.isArray(data) ? (data as Json[]) : [],
		nextCursor: typeof nextCursor === 'string' && nextCursor !== '' ? nextCursor : null,
	};
}
