import { serializeInnerList, serializeItem } from '../../vendor/structured-headers';
import { demand, Refusal } from '../refusal';
import type { Incoming } from '../request';
import type { Component, Description } from './fields';

type Item = Parameters<typeof serializeInnerList>[0][0][number];

/** A component as it is written: `"@query-param";name="Pet"`. */
const written = ({ name, parameters }: Component): string =>
	serializeItem([name, parameters] as unknown as Item);

/**
 * The text that a signature covers: a line for each component, and one for the description itself.
 *
 * A component that is covered twice, or that the request does not have once, is refused.
 *
 * @see RFC 9421 section 2.5
 */
export function signatureBase(incoming: Incoming, description: Description): string {
	const names = description.components.map(written);
	demand(new Set(names).size === names.length, 'duplicate_field');
	const lines = description.components.map(
		(component, index) => `${names[index]}: ${valueOf(incoming, component)}`,
	);
	return [...lines, `"@signature-params": ${writtenDescription(description)}`].join('\n');
}

const writtenDescription = ({ components, parameters }: Description): string =>
	serializeInnerList([
		components.map(({ name, parameters: own }) => [name, own]),
		parameters,
	] as unknown as Parameters<typeof serializeInnerList>[0]);

function valueOf(incoming: Incoming, { name, parameters }: Component): string {
	if (name === '@query-param') return queryParameter(incoming, parameters);
	demand(parameters.size === 0, 'no_supported_signature');
	return name.startsWith('@') ? derived(incoming, name) : field(incoming, name);
}

/** RFC 9421 section 2.1. */
function field(incoming: Incoming, name: string): string {
	demand(/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name), 'no_supported_signature');
	const lines = incoming.lines(name);
	demand(lines.length > 0, 'missing_header');
	const value = lines.map((line) => line.trim().replace(/\s*\r?\n\s+/g, ' ')).join(', ');
	demand(!/[\r\n]/.test(value), 'ambiguous_content');
	return value;
}

/** RFC 9421 section 2.2, for requests. */
function derived(incoming: Incoming, name: string): string {
	const url = incoming.location();
	switch (name) {
		case '@method':
			return incoming.method;
		case '@target-uri':
			return url.href;
		case '@authority':
			return url.host;
		case '@scheme':
			return url.protocol.slice(0, -1);
		case '@request-target':
			return url.pathname + url.search;
		case '@path':
			return url.pathname;
		case '@query':
			return url.search === '' ? '?' : url.search;
		default:
			throw new Refusal('no_supported_signature');
	}
}

/** RFC 9421 section 2.2.8. A parameter that is there twice may not be covered. */
function queryParameter(incoming: Incoming, parameters: ReadonlyMap<string, unknown>): string {
	const name = parameters.get('name');
	demand(typeof name === 'string' && parameters.size === 1, 'no_supported_signature');
	const wanted = [...incoming.location().searchParams].filter(([key]) => encoded(key) === name);
	demand(wanted.length > 0, 'missing_field');
	demand(wanted.length === 1, 'duplicate_field');
	return encoded((wanted[0] as [string, string])[1]);
}

/** All but letters, digits and `*-._` percent-encoded. @see WHATWG URL, application/x-www-form-urlencoded percent-encode set */
const encoded = (text: string): string =>
	encodeURIComponent(text).replace(
		/[!'()~]/g,
		(character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
	);
