import { randomUUID } from 'node:crypto';

/** A file of a form. */
export interface FormFile {
	readonly field: string;
	/** As the sender calls it, without folders. */
	readonly fileName: string;
	readonly type: string;
	readonly bytes: Buffer;
}

export interface MultipartForm {
	/** A list where a field came several times. */
	readonly fields: Readonly<Record<string, string | readonly string[]>>;
	readonly files: readonly FormFile[];
}

const MOST_PARTS = 1000;

/**
 * The parts of a form, read from the very bytes that were verified. `null` when they are none, or more than
 * 1,000 parts.
 *
 * @param contentType - the whole header, with its boundary
 * @see RFC 7578
 */
export async function multipartOrNull(
	rawBody: Uint8Array,
	contentType: string,
): Promise<MultipartForm | null> {
	const boundary = boundaryIn(contentType);
	const parts = boundary === undefined ? null : partsOrNull(rawBody, boundary);
	const form = parts === null ? null : await formOrNull(parts);
	if (form === null) return null;
	const fields = new Map<string, string[]>();
	const files: FormFile[] = [];
	for (const [field, value] of form.entries()) {
		if (typeof value === 'string') fields.set(field, [...(fields.get(field) ?? []), value]);
		else files.push(await fileOf(field, value));
	}
	return {
		// Own properties, whatever the sender calls them.
		fields: Object.fromEntries(
			[...fields].map(([field, [first = '', ...more]]) => [
				field,
				more.length === 0 ? first : [first, ...more],
			]),
		),
		// A form that was sent with no file chosen has a part without a name and without bytes.
		files: files.filter(({ fileName, bytes }) => fileName !== '' || bytes.length > 0),
	};
}

const boundaryIn = (contentType: string): string | undefined => {
	const [, quoted, plain] = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType) ?? [];
	return quoted ?? plain;
};

/**
 * What stands between the delimiters, the beginning and the end of the form included; `null` where there are
 * too many, which is seen before anything is made of them.
 */
function partsOrNull(rawBody: Uint8Array, boundary: string): Buffer[] | null {
	const body = Buffer.concat([Buffer.from('\r\n'), rawBody]);
	const delimiter = `\r\n--${boundary}`;
	const parts: Buffer[] = [];
	let start = 0;
	for (let at = body.indexOf(delimiter); at >= 0; at = body.indexOf(delimiter, at + 1)) {
		const after = at + Buffer.byteLength(delimiter);
		if (!/^(\r\n|--)/.test(body.toString('latin1', after, after + 2))) continue;
		if (parts.length > MOST_PARTS) return null;
		parts.push(body.subarray(start, at));
		start = after;
	}
	return [...parts, body.subarray(start)];
}

/**
 * Silence means that the parts are those of no form. The boundary is another one now: Node's reader takes it for
 * one wherever it stands in a part, and senders choose short words.
 */
async function formOrNull(parts: readonly Buffer[]): Promise<FormData | null> {
	const boundary = `sealbox-${randomUUID()}`;
	const [first = Buffer.alloc(0), ...others] = parts;
	const delimited = others.flatMap((part) => [Buffer.from(`\r\n--${boundary}`), part]);
	const body = Buffer.concat([first, ...delimited]).subarray('\r\n'.length);
	try {
		const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
		return await new Response(body, { headers }).formData();
	} catch {
		return null;
	}
}

async function fileOf(field: string, file: File): Promise<FormFile> {
	return {
		field,
		fileName: plainName(file.name),
		type: file.type || 'application/octet-stream',
		bytes: Buffer.from(await file.arrayBuffer()),
	};
}

/** Control characters have no place in a name either. */
const plainName = (name: string): string => {
	const last = name.split(/[/\\]/).pop() ?? '';
	const plain = last.replace(/\p{Cc}/gu, '').trim();
	return /^\.*$/.test(plain) ? '' : plain;
};
