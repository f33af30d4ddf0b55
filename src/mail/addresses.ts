import { domainToASCII } from 'node:url';
import { headerText, invalid } from './header';

export interface Address {
	readonly name: string;
	readonly address: string;
}

/** RFC 5321 section 4.5.3.1: a server takes 100 at least; nobody means more than this. */
const MOST_RECIPIENTS = 1000;
const LONGEST_LIST = 300_000;
const LONGEST_ADDRESS = 254;
const LONGEST_LOCAL_PART = 64;

const LOCAL = /^(?:"[^"\\\r\n]+"|[^\s"(),:;<>@[\\\]\p{Cc}]+)$/u;
const DOMAIN =
	/^(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$|^\[[0-9A-Fa-f.:]+\]$/;

/**
 * The addresses of a field, as people write them: `Ada <ada@example.com>, bob@example.com`.
 *
 * @throws {@link SealboxError} for what is no address; what a bad one says is not repeated
 */
export function addressesIn(field: string, text: string): Address[] {
	const entries = entriesIn(headerText(field, text, LONGEST_LIST));
	const addresses = entries.map((entry, index) => {
		const address = addressOf(entry);
		if (address !== null) return address;
		const place = entries.length === 1 ? '' : ` (entry ${index + 1})`;
		throw invalid(
			`${field} holds something that is no mail address${place}. Write it as in Ada <ada@example.org>.`,
		);
	});
	if (addresses.length > MOST_RECIPIENTS) {
		throw invalid(
			`${field} names ${addresses.length} addresses, and a mail takes ${MOST_RECIPIENTS} at most. Send several.`,
		);
	}
	return addresses;
}

/** Exactly one. */
export function addressIn(field: string, text: string): Address {
	const addresses = addressesIn(field, text);
	const [only] = addresses;
	if (only !== undefined && addresses.length === 1) return only;
	throw invalid(
		only === undefined
			? `${field} is empty. Write an address, for instance n8n@example.com.`
			: `${field} names ${addresses.length} addresses, and takes one. Take the others out.`,
	);
}

/** What stands between commas or semicolons, except inside of quotes. */
const entriesIn = (text: string): string[] =>
	(text.match(/(?:"(?:[^"\\]|\\.)*"|[^",;]|")+/g) ?? [])
		.map((entry) => entry.trim())
		.filter((entry) => entry !== '');

const WITH_NAME = /^(?:"((?:[^"\\]|\\.)*)"|([^"<>]*?))\s*<([^<>]+)>$/;

/** Strict on purpose: what is read leniently may go to someone who was not meant. */
function addressOf(entry: string): Address | null {
	const [, quoted, plain = '', inside] = WITH_NAME.exec(entry) ?? [];
	const address = (inside ?? entry).trim();
	const name = quoted === undefined ? plain.trim() : quoted.replace(/\\(.)/g, '$1');
	return isAddress(address) ? { name, address } : null;
}

function isAddress(address: string): boolean {
	const at = address.lastIndexOf('@');
	const local = address.slice(0, at);
	const domain = address.slice(at + 1);
	if (at < 1 || address.length > LONGEST_ADDRESS || local.length > LONGEST_LOCAL_PART) return false;
	return LOCAL.test(local) && DOMAIN.test(domain.startsWith('[') ? domain : domainToASCII(domain));
}
