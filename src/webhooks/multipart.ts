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
	if (hasTooMany(rawBody, contentType)) return null;
	const form = await formOrNull(rawBody, contentType);
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

/** Counted before anything is made of them. */
function hasTooMany(rawBody: Uint8Array, contentType: string): boolean {
	const boundary = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType);
	const delimiter = `--${boundary?.[1] ?? boundary?.[2] ?? ''}`;
	const body = Buffer.from(rawBody.buffer, rawBody.byteOffset, rawBody.byteLength);
	let parts = 0;
	for (let at = body.indexOf(delimiter); at >= 0; at = body.indexOf(delimiter, at + 1)) {
		if ((parts += 1) > MOST_PARTS + 1) return true;
	}
	return false;
}

/** Silence means that the bytes are no form. */
async function formOrNull(rawBody: Uint8Array, contentType: string): Promise<FormData | null> {
	try {
		const headers = { 'content-type': contentType };
		return await new Response(rawBody as Uint8Array<ArrayBuffer>, { headers }).formData();
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
