import { ownClaims } from './claims';

/** What a registered value is made of, before it is turned into forms. */
export interface SecretText {
	/** The texts to search for: the value itself, and its parts that are secrets of their own. */
	readonly parts: readonly Part[];
}

export interface Part {
	readonly text: string;
	/** From here on the text is the secret's own: not a key header, a token header or a host name. */
	readonly ownFrom: number;
	readonly isPem: boolean;
	/** Parts of it are ordinary text, so only the whole of it is searched for. */
	readonly isWholeOnly: boolean;
	/** How many bytes of the registered value precede it. */
	readonly bytesBefore: number;
}

const PEM = /-----BEGIN ([^-]*)-----([\s\S]*?)-----END [^-]*-----/g;
/** What may be shown to anyone; it often stands beside the key. */
const PUBLIC = /CERTIFICATE|PUBLIC/;
const JWT = /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/;
const URL_HOST = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*[/?#]?/i;
const SHORTEST = 8;
const SHORTEST_LINE = 16;
const SHORTEST_LEAF = 16;
/** Keys of one kind begin alike (algorithm identifier, modulus length) for up to so many characters. */
const SHARED_KEY_START = 50;

/**
 * Takes a value apart: the bodies of PEM keys without their BEGIN and END lines, the string leaves
 * of a JSON document, the lines of a text, the value without surrounding quotes or blanks.
 */
export function partsOf(value: string): Part[] {
	const leaves = leavesOf(value);
	const texts =
		leaves.length > 0
			? leaves
			: [
					value,
					value.trim(),
					unquoted(value.trim()),
					...linesOf(value),
					...ownClaims(value.trim()),
				];
	const parts = new Map<string, Part>();
	for (const text of texts) {
		const bodies = pemBodies(text);
		if (bodies.length > 0) for (const body of bodies) parts.set(body.text, body);
		else if (text.length >= SHORTEST && !parts.has(text)) parts.set(text, plainPart(text));
		// The lines of a key are searched for as parts of its body.
		if (bodies.length > 0 && leaves.length === 0) break;
	}
	return [...parts.values()];
}

const plainPart = (text: string): Part => ({
	text,
	ownFrom: ownFrom(text),
	isPem: false,
	isWholeOnly: false,
	bytesBefore: 0,
});

function pemBodies(value: string): Part[] {
	const bodies: Part[] = [];
	const blocks = [...value.matchAll(PEM)];
	const hasPrivate = blocks.some(([, label]) => !PUBLIC.test(label));
	for (const [, label, body] of blocks) {
		if (hasPrivate && PUBLIC.test(label)) continue;
		// Written with literal \n, as in environment variables, the lines are the same.
		const lines = body.split(/(?:\\+r)?\\+n|\s+/).filter((line) => line !== '');
		const text = lines.join('\n');
		if (text.length < SHORTEST_LINE) continue;
		bodies.push({
			text,
			ownFrom: Math.min(SHARED_KEY_START, (text.length * 0.4) | 0),
			isPem: true,
			isWholeOnly: false,
			bytesBefore: Buffer.byteLength(value.slice(0, value.indexOf(lines[0]))),
		});
	}
	return bodies;
}

function ownFrom(text: string): number {
	if (JWT.test(text)) return text.lastIndexOf('.') + 1;
	const host = URL_HOST.exec(text);
	if (host === null || host[0].includes('@')) return 0;
	return host[0].length;
}

function unquoted(text: string): string {
	const quoted = /^(["'`])([\s\S]*)\1$/.exec(text);
	return quoted === null ? text : quoted[2];
}

function linesOf(value: string): string[] {
	if (!value.includes('\n')) return [];
	return value
		.split(/\r*\n/)
		.map((line) => line.trim())
		.filter((line) => line.length >= SHORTEST_LINE);
}

/** The leaves of a service-account file and the like; structure and addresses are no secrets. */
function leavesOf(value: string): string[] {
	if (!/^\s*[{[]/.test(value)) return [];
	const leaves: string[] = [];
	try {
		JSON.parse(value, (key, leaf: unknown) => {
			if (typeof leaf === 'string' && isSecretLeaf(key, leaf)) leaves.push(leaf);
			return leaf;
		});
	} catch {
		// Not JSON after all: the value itself is searched for.
	}
	return leaves;
}

function isSecretLeaf(key: string, leaf: string): boolean {
	if (/pass|pwd|secret|token|key|credential/i.test(key)) return leaf.length >= SHORTEST;
	const isAddress = /^https?:\/\//.test(leaf) || /^[^@\s]+@[^@\s]+$/.test(leaf);
	return leaf.length >= SHORTEST_LEAF && !isAddress;
}
