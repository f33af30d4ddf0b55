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
}

const PEM = /-----BEGIN [^-]*-----([\s\S]*?)-----END [^-]*-----/g;
const JWT = /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/;
const URL_HOST = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*[/?#]?/i;
const SHORTEST_LINE = 16;
const SHORTEST_LEAF = 16;
/** Keys of one kind begin alike (algorithm identifier, modulus length) for up to so many characters. */
const SHARED_KEY_START = 64;

/**
 * Takes a value apart: the bodies of PEM keys without their BEGIN and END lines, the string leaves
 * of a JSON document, the lines of a text, the value without surrounding quotes or blanks.
 */
export function partsOf(value: string): Part[] {
	const bodies = pemBodies(value);
	if (bodies.length > 0) return bodies;
	const parts = [
		value,
		value.trim(),
		unquoted(value.trim()),
		...leavesOf(value),
		...linesOf(value),
	];
	const own = new Map<string, Part>();
	for (const text of parts) {
		if (text.length >= 8 && !own.has(text)) {
			const pem = pemBodies(text);
			if (pem.length > 0) for (const part of pem) own.set(part.text, part);
			else own.set(text, { text, ownFrom: ownFrom(text), isPem: false });
		}
	}
	return [...own.values()];
}

function pemBodies(value: string): Part[] {
	const bodies: Part[] = [];
	for (const [, body] of value.matchAll(PEM)) {
		// Written with literal \n, as in environment variables, the lines are the same.
		const lines = body.split(/(?:\\+r)?\\+n|\s+/).filter((line) => line !== '');
		const text = lines.join('\n');
		if (text.length < SHORTEST_LINE) continue;
		bodies.push({
			text,
			ownFrom: Math.min(SHARED_KEY_START, (text.length * 0.4) | 0),
			isPem: true,
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
		JSON.parse(value, (_key, leaf: unknown) => {
			if (typeof leaf === 'string' && isSecretLeaf(leaf)) leaves.push(leaf);
			return leaf;
		});
	} catch {
		// Not JSON after all: the value itself is searched for.
	}
	return leaves;
}

const isSecretLeaf = (leaf: string): boolean =>
	leaf.length >= SHORTEST_LEAF && !/^https?:\/\//.test(leaf) && !/^[^@\s]+@[^@\s]+$/.test(leaf);
