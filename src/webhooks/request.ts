import { isUint8Array } from 'node:util/types';
import { valueAt } from '../http/jsonPath';
import { textOrNull } from './encoding';
import { demand, Refusal } from './refusal';

/** A request as it arrived. */
export interface WebhookRequest {
	readonly method: string;
	/** The public address that the sender knows, query included: not what a proxy made of it. */
	readonly url: string;
	/** A list stands for a header that was sent on several lines. */
	readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
	/** After content decoding, before anything else. */
	readonly rawBody: Uint8Array;
}

/** A request whose parts are looked up strictly: what is there twice is refused, not chosen from. */
export class Incoming {
	readonly method: string;
	readonly url: string;
	readonly rawBody: Uint8Array;
	readonly #headers = new Map<string, string[]>();
	#body: { value: unknown } | undefined;

	constructor(request: WebhookRequest) {
		this.method = request.method.toUpperCase();
		this.url = request.url;
		this.rawBody = request.rawBody;
		demand(isUint8Array(this.rawBody), 'bad_body');
		for (const [name, value] of Object.entries(request.headers)) {
			if (value === undefined) continue;
			const key = name.toLowerCase();
			const lines = typeof value === 'string' ? [value] : [...value];
			this.#headers.set(key, [...(this.#headers.get(key) ?? []), ...lines]);
		}
	}

	/** All lines of a header. */
	lines(name: string): readonly string[] {
		return this.#headers.get(name.toLowerCase()) ?? [];
	}

	/** The one line of a header; `undefined` when it is missing or empty. */
	header(name: string): string | undefined {
		const lines = this.lines(name);
		demand(lines.length <= 1, 'duplicate_header');
		return lines[0] === '' ? undefined : lines[0];
	}

	needHeader(name: string): string {
		const value = this.header(name);
		demand(value !== undefined, 'missing_header');
		return value;
	}

	/** The values of one query parameter. */
	query(name: string): string[] {
		return this.location().searchParams.getAll(name);
	}

	location(): URL {
		if (!URL.canParse(this.url)) throw new Refusal('bad_url');
		return new URL(this.url);
	}

	/** The body as JSON. */
	json(): unknown {
		this.#body ??= { value: parse(this.rawBody) };
		return this.#body.value;
	}

	/** A text or number of the JSON body, as text; `undefined` when it is missing or something else. */
	field(path: string, root: unknown = this.json()): string | undefined {
		return textOf(valueAt(root, path));
	}

	/** The same, but a body that is no JSON has no fields. */
	fieldOrUndefined(path: string): string | undefined {
		try {
			return this.field(path);
		} catch {
			return undefined;
		}
	}
}

const textOf = (value: unknown): string | undefined => {
	if (typeof value === 'string') return value;
	return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
};

function parse(bytes: Uint8Array): unknown {
	const text = textOrNull(bytes);
	demand(text !== null, 'bad_body');
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** All values at a path in which `[*]` stands for every entry of a list. */
export function valuesAt(root: unknown, path: string): unknown[] {
	const [first = '', ...rest] = path.split('[*]');
	let found: unknown[] = [first === '' ? root : valueAt(root, first)];
	for (const step of rest) {
		found = found
			.flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : [undefined]))
			.map((entry) => (step === '' ? entry : valueAt(entry, step.replace(/^\./, ''))));
	}
	return found;
}
