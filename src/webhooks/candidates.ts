import { Buffer } from 'node:buffer';
import { decodeOrNull } from './encoding';
import { demand } from './refusal';
import { valuesAt, type Incoming } from './request';
import type { SignatureScheme } from './scheme';

/** A signature that a request carries. */
export interface Candidate {
	/** `null` when it is not written in the scheme's encoding: it matches nothing. */
	readonly bytes: Buffer | null;
	/** Which of the scheme's headers it came in; 0 for the body. */
	readonly source: number;
}

export interface Carried {
	readonly candidates: readonly Candidate[];
	/** The timestamp among the pairs, where the scheme has it there. */
	readonly timestamp: string | undefined;
}

const MOST_SIGNATURES = 10;
const NOTHING = Buffer.alloc(0);

/** The signatures in a request, in the form that the scheme names; every other form is refused. */
export function signaturesIn(
	incoming: Incoming,
	scheme: SignatureScheme,
	root: () => unknown = () => incoming.json(),
): Carried {
	const sources =
		'body' in scheme.from ? bodyTexts(root(), scheme.from.body) : headerTexts(incoming, scheme);
	const read = sources.map(({ text, source }) => ({ source, ...entriesOf(text, scheme) }));
	const candidates = read.flatMap(({ entries, source }) =>
		entries.map((entry) => ({ source, bytes: decode(entry, scheme) })),
	);
	demand(candidates.length > 0, 'no_supported_signature');
	demand(candidates.length <= MOST_SIGNATURES, 'too_many_signatures');
	return { candidates, timestamp: read[0]?.timestamp };
}

/** An empty signature is one that matches nothing. */
const decode = (text: string, { encoding }: SignatureScheme): Buffer | null =>
	text === '' ? NOTHING : decodeOrNull(text, encoding);

interface Source {
	readonly text: string;
	readonly source: number;
}

function headerTexts(incoming: Incoming, { from }: SignatureScheme): Source[] {
	if (!('headers' in from)) return [];
	const found = from.headers.flatMap((name, source) => {
		const text = incoming.header(renamed(incoming, from)(name));
		return text === undefined ? [] : [{ text, source }];
	});
	demand(found.length > 0, 'missing_header');
	return found;
}

/** The name of each of the scheme's headers in this request. */
export function headerNames(
	incoming: Incoming,
	{ from }: SignatureScheme,
): (name: string) => string {
	return 'headers' in from ? renamed(incoming, from) : (name) => name;
}

/** One family of names for the whole request: they are never mixed. */
function renamed(
	incoming: Incoming,
	{ headers, otherPrefix }: Extract<SignatureScheme['from'], { headers: string[] }>,
): (name: string) => string {
	if (otherPrefix === undefined || headers.some((name) => incoming.lines(name).length > 0)) {
		return (name) => name;
	}
	const { from, to } = otherPrefix;
	return (name) => (name.startsWith(from) ? to + name.slice(from.length) : name);
}

function bodyTexts(root: unknown, paths: readonly string[]): Source[] {
	const found = paths
		.flatMap((path) => valuesAt(root, path))
		.filter((value): value is string => typeof value === 'string' && value !== '')
		.map((text) => ({ text, source: 0 }));
	demand(found.length > 0, 'missing_field');
	return found;
}

interface Entries {
	readonly entries: readonly string[];
	readonly timestamp?: string | undefined;
}

function entriesOf(text: string, { format }: SignatureScheme): Entries {
	switch (format.style) {
		case 'plain':
			return { entries: [text] };
		case 'prefixed':
			return { entries: text.startsWith(format.prefix) ? [text.slice(format.prefix.length)] : [] };
		case 'list':
			return { entries: listed(text, format) };
		case 'pairs':
			return paired(text, format);
	}
}

type Format<S> = Extract<SignatureScheme['format'], { style: S }>;

function split(text: string, separator: string): string[] {
	const pieces = text.split(separator, MOST_SIGNATURES + 3);
	demand(pieces.length <= MOST_SIGNATURES + 2, 'too_many_signatures');
	return pieces.map((piece) => piece.trim());
}

function listed(text: string, { separator, versionSeparator, versions }: Format<'list'>): string[] {
	return split(text, separator).flatMap((entry) => {
		const at = entry.indexOf(versionSeparator);
		const isOurs = at !== -1 && versions.includes(entry.slice(0, at));
		return isOurs ? [entry.slice(at + versionSeparator.length)] : [];
	});
}

function paired(text: string, { separator, keys, timestampKey }: Format<'pairs'>): Entries {
	const pairs = split(text, separator).map((pair) => {
		const at = pair.indexOf('=');
		return at === -1 ? ([pair, ''] as const) : ([pair.slice(0, at), pair.slice(at + 1)] as const);
	});
	const times = pairs.filter(([key]) => key === timestampKey).map(([, value]) => value);
	if (timestampKey !== undefined) {
		demand(times.length > 0 && times[0] !== '', 'missing_timestamp');
		demand(times.length === 1, 'duplicate_field');
	}
	const entries = pairs.filter(([key]) => keys.includes(key)).map(([, value]) => value);
	return { entries, timestamp: times[0] };
}
