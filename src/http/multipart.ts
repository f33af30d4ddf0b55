import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Part } from './message';

const LINE = '\r\n';

/**
 * A form with files. Nothing is held in memory but what the caller already holds, and the body can
 * be opened again for a retry.
 *
 * A credential may still add a field: `append` and `getHeaders` are the two methods by which the host,
 * and Sealbox's kinds, recognise a form.
 *
 * @see RFC 7578; names are quoted as the HTML standard asks
 */
export class MultipartBody {
	readonly #parts: Part[];
	readonly #boundary: string;

	constructor(parts: readonly Part[], boundary = `sealbox-${randomBytes(16).toString('hex')}`) {
		this.#parts = [...parts];
		this.#boundary = boundary;
	}

	append(name: string, value: string): void {
		this.#parts.push({ name, value });
	}

	get mediaType(): string {
		return `multipart/form-data; boundary=${this.#boundary}`;
	}

	getHeaders(): Record<string, string> {
		return { 'content-type': this.mediaType };
	}

	/** Length in bytes, or `undefined` when a file does not know its own. */
	get length(): number | undefined {
		const lengths = this.#parts.map((part) => this.#lengthOf(part));
		const sum = lengths.reduce((total, length) => total + length, this.#tail.length);
		return Number.isNaN(sum) ? undefined : sum;
	}

	open(): Readable {
		return Readable.from(this.#chunks(), { objectMode: false });
	}

	get #tail(): Buffer {
		return Buffer.from(`--${this.#boundary}--${LINE}`);
	}

	#lengthOf({ name, value }: Part): number {
		const body = typeof value === 'string' ? Buffer.byteLength(value) : (value.length ?? NaN);
		return headOf({ name, value }, this.#boundary).length + body + LINE.length;
	}

	async *#chunks(): AsyncGenerator<Uint8Array> {
		for (const part of this.#parts) {
			yield headOf(part, this.#boundary);
			const { value } = part;
			const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : await value.open();
			if (bytes instanceof Uint8Array) yield bytes;
			else yield* bytes;
			yield Buffer.from(LINE);
		}
		yield this.#tail;
	}
}

function headOf({ name, value }: Part, boundary: string): Buffer {
	const start = `--${boundary}${LINE}Content-Disposition: form-data; name="${quoted(name)}"`;
	if (typeof value === 'string') return Buffer.from(start + LINE + LINE);
	// A line break in the media type would start a header of the item's own.
	const type = value.mediaType.replace(/[\r\n]+/g, ' ');
	const file = `; filename="${quoted(value.fileName ?? 'file')}"${LINE}Content-Type: ${type}`;
	return Buffer.from(start + file + LINE + LINE);
}

const quoted = (text: string): string =>
	text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
