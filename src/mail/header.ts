import { SealboxError } from '../sealing/error';

/** What may stand in a header of a message. */

/**
 * A line may have 998 characters (RFC 5322 section 2.1.1), and what is longer is folded; no text that
 * people mean comes near the limit for the whole.
 */
const LONGEST_TEXT = 2000;
const LONGEST_THREAD = 20_000;

/** What ends a header, and so begins another one, or what servers cut texts off at. */
const CONTROL = /[\p{Cc}\u2028\u2029]/u;

/**
 * A text for one header.
 *
 * @throws {@link SealboxError} for what would begin another header, or is too long for one
 */
export function headerText(field: string, text: string, longest = LONGEST_TEXT): string {
	if (CONTROL.test(text)) {
		throw invalid(
			`${field} holds a line break or another control character, which could add headers to the mail. Take it out.`,
		);
	}
	if (text.length > longest) {
		throw invalid(
			`${field} has ${text.length} characters, and a mail takes ${longest} at most. Shorten it.`,
		);
	}
	return text;
}

const NAME = /^[A-Za-z0-9-]{1,76}$/;

/** Headers that have a field of their own, or that say how the mail is built or came here. */
const OWN =
	/^(from|sender|to|cc|bcc|reply-to|subject|date|message-id|in-reply-to|references|mime-version|content-.*|dkim-signature|received|return-path|resent-.*|arc-.*|authentication-results)$/i;

/** The name of a header of the user's own. */
export function headerName(name: string): string {
	if (!NAME.test(name)) {
		throw invalid(
			'The name of a header has letters, digits and hyphens only, for instance X-Order-Id. Correct it under Headers.',
		);
	}
	if (OWN.test(name)) {
		throw invalid(`Header ${name} cannot be set under Headers. Use the field or option for it.`);
	}
	return name;
}

const MESSAGE_ID = /^<[^\s<>]{1,250}>$/;

/** Message ids as RFC 5322 section 3.6.4 writes them; angle brackets may be left out. */
export function messageIds(field: string, text: string): string[] {
	const ids = headerText(field, text.replace(/\r?\n[ \t]+/g, ' '), LONGEST_THREAD)
		.split(/[\s,]+/)
		.filter((id) => id !== '')
		.map((id) => (id.startsWith('<') ? id : `<${id}>`));
	if (ids.every((id) => MESSAGE_ID.test(id))) return ids;
	throw invalid(
		`${field} is a message id, for instance <1234@mail.example.com>; several have spaces between them.`,
	);
}

export const invalid = (sentence: string): SealboxError =>
	new SealboxError('ERR_MESSAGE_INVALID', sentence);
