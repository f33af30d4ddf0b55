import { addressesIn, addressIn, type Address } from './addresses';
import { headerName, headerText, invalid, messageIds } from './header';

/** A file that goes along. */
export interface File {
	/** The name of the binary field; what HTML shows it by, as in `cid:logo`. */
	readonly field: string;
	readonly fileName: string;
	readonly mediaType: string;
	readonly bytes: Uint8Array;
}

/** What a mail is to say, as the form gives it. Lists of addresses are text with commas. */
export interface Draft {
	readonly from: string;
	readonly to: string;
	readonly cc: string;
	readonly bcc: string;
	readonly replyTo: string;
	readonly subject: string;
	/** `null` for none. */
	readonly text: string | null;
	readonly html: string | null;
	readonly inReplyTo: string;
	readonly references: string;
	readonly headers: readonly { name: string; value: string }[];
	readonly attachments: readonly File[];
	/** Shown in the HTML where it says `cid:` and the name of the field. */
	readonly inline: readonly File[];
}

export interface Limits {
	/** Of the whole mail, files in base64 included. */
	readonly maxBytes: number;
}

/** A draft that may be sent. */
export interface Message {
	readonly from: Address;
	readonly to: Address[];
	readonly cc: Address[];
	readonly bcc: Address[];
	readonly replyTo: Address[];
	readonly subject: string;
	readonly text: string | null;
	readonly html: string | null;
	readonly inReplyTo: string | null;
	readonly references: string[];
	readonly headers: readonly { name: string; value: string }[];
	readonly attachments: readonly File[];
	readonly inline: readonly File[];
}

/** Base64 makes four bytes of three, and a line break of every line. */
const ENCODED = 1.37;

/**
 * Checks a draft, every field of it.
 *
 * @throws SealboxError `ERR_MESSAGE_INVALID`, with a sentence that names the field
 */
export function messageOf(draft: Draft, limits: Limits): Message {
	const list = (field: string, text: string) => addressesIn(field, text);
	const message: Message = {
		from: addressIn('From', draft.from),
		to: list('To', draft.to),
		cc: list('CC', draft.cc),
		bcc: list('BCC', draft.bcc),
		replyTo: list('Reply To', draft.replyTo),
		subject: headerText('Subject', draft.subject),
		text: draft.text,
		html: draft.html,
		...threadOf(draft),
		headers: draft.headers.map(({ name, value }) => ({
			name: headerName(name),
			value: headerText(`Header ${name}`, value),
		})),
		attachments: draft.attachments.map((file) => named(file)),
		inline: draft.inline.map((file) => named(identifiable(file))),
	};
	assertRecipients(message);
	assertSize(message, limits);
	assertShown(message);
	return message;
}

/** An answer names what it answers, and everything before it (RFC 5322 section 3.6.4). */
function threadOf(draft: Draft): Pick<Message, 'inReplyTo' | 'references'> {
	const [inReplyTo = null, ...more] = messageIds('In Reply To', draft.inReplyTo);
	if (more.length > 0)
		throw invalid('In Reply To is one message id. Put the others into References.');
	const references = messageIds('References', draft.references);
	const isThere = inReplyTo === null || references.includes(inReplyTo);
	return { inReplyTo, references: isThere ? references : [...references, inReplyTo] };
}

const named = (file: File): File => ({
	...file,
	fileName: headerText(`The file name of "${file.field}"`, file.fileName),
	mediaType: headerText(`The type of "${file.field}"`, file.mediaType),
});

/** The name of the field is what the image is shown by, and stands in a URL. */
function identifiable(file: File): File {
	if (/^[A-Za-z0-9._-]{1,100}$/.test(file.field)) return file;
	throw invalid(
		'The field of an inline image may have letters, digits, dots, hyphens and underscores only, because the HTML shows it by that name. Rename the field.',
	);
}

function assertRecipients({ to, cc, bcc }: Message): void {
	if (to.length + cc.length + bcc.length > 0) return;
	throw invalid('The mail goes to nobody. Write an address under To.');
}

function assertSize({ text, html, attachments, inline }: Message, { maxBytes }: Limits): void {
	const files = [...attachments, ...inline].reduce((sum, { bytes }) => sum + bytes.length, 0);
	const size = (text?.length ?? 0) + (html?.length ?? 0) + files * ENCODED;
	if (size <= maxBytes) return;
	throw tooLarge(size, maxBytes);
}

export const tooLarge = (bytes: number, maxBytes: number): Error =>
	invalid(
		`The mail has ${inMegabytes(bytes)} MB, and ${inMegabytes(maxBytes)} MB are allowed. Send less, or raise Maximum Size under Options.`,
	);

const inMegabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

/** An image that is not shown, and one that is shown but missing, are mistakes of the same kind. */
function assertShown({ html, inline }: Message): void {
	const shown = new Set(
		[...(html ?? '').matchAll(/["'(]cid:([^"')\s]+)/gi)].map(([, id]) => decoded(id as string)),
	);
	const unused = inline.find(({ field }) => !shown.has(field));
	if (unused !== undefined) {
		throw invalid(
			`The HTML does not show the inline image "${unused.field}". Put <img src="cid:${unused.field}"> into it, or move the image to Attachments.`,
		);
	}
	const missing = [...shown].find((id) => !inline.some(({ field }) => field === id));
	if (missing === undefined) return;
	throw invalid(
		`The HTML shows an image by cid: that is not among the inline images (the name has ${missing.length} characters). Add its field under Inline Images.`,
	);
}

const decoded = (id: string): string => {
	try {
		return decodeURIComponent(id);
	} catch {
		return id;
	}
};
