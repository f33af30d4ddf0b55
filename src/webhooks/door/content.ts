import { parse } from 'node:querystring';
import { multipartOrNull, type FormFile } from '../multipart';

/** What the bytes of a request hold: something for items, and files. */
export interface ReadContent {
	readonly body: unknown;
	/** By the name that each has in the item. */
	readonly files: ReadonlyMap<string, FormFile>;
}

const MOST_FIELDS = 1000;

/**
 * Reads the body of a request that was let in, from its bytes. What does not keep what its type promises comes
 * out as text or as a file: nothing that a sender proved is lost.
 *
 * @param header - the content type, with its parameters
 */
export async function readContent(rawBody: Uint8Array, header: string): Promise<ReadContent> {
	const type = (header.split(';')[0] ?? '').trim().toLowerCase();
	const text = () =>
		Buffer.from(rawBody)
			.toString('utf8')
			.replace(/^\uFEFF/, '');
	if (rawBody.length === 0) return { body: {}, files: new Map() };
	if (type === 'application/json' || type.endsWith('+json')) return only(json(text()));
	if (type === 'application/x-www-form-urlencoded') {
		return only({ ...parse(text(), undefined, undefined, { maxKeys: MOST_FIELDS }) });
	}
	if (type.startsWith('text/') || type.endsWith('/xml') || type.endsWith('+xml')) {
		return only(text());
	}
	if (type === 'multipart/form-data') {
		const form = await multipartOrNull(rawBody, header);
		if (form !== null) return { body: form.fields, files: named(form.files) };
	}
	const whole = { field: 'data', fileName: 'data', type: type || 'application/octet-stream' };
	return { body: {}, files: new Map([['data', { ...whole, bytes: Buffer.from(rawBody) }]]) };
}

const only = (body: unknown): ReadContent => ({ body, files: new Map() });

function json(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return text;
	}
}

/** As n8n's Webhook names them: by field; several of a field are numbered, and those without one too. */
function named(files: readonly FormFile[]): Map<string, FormFile> {
	const of = (file: FormFile) => file.field.replace(/\[\]$/, '').trim();
	const names = new Map<string, FormFile>();
	for (const [index, file] of files.entries()) {
		const field = of(file);
		const alike = files.filter((other) => of(other) === field);
		const name = alike.length === 1 ? field : `${field}${alike.indexOf(file)}`;
		names.set(field === '' ? `data${index}` : name, file);
	}
	return names;
}
