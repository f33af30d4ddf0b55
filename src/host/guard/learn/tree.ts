import { fieldAt, type Finds } from './finds';
import { isPublicName, isSecretName } from './names';
import { isPublicValue, isSecretByItself, looksLikeKey } from './values';

/**
 * What of a value is learned:
 * `marked` the type says that it is secret; `unknown` it is, unless name or value tell otherwise;
 * `token` it is when its name says so, or it looks like a key under a name that says nothing;
 * `named` it is when its name says so.
 */
export type Verdict = 'marked' | 'unknown' | 'token' | 'named';

export interface Rules {
	readonly verdict: Verdict;
	/** `{{markers}}` in it are filled in from other fields. */
	readonly isTemplate?: boolean;
}

export interface Branch {
	readonly field: string;
	/** The nearest name above; positions in a list are none. */
	readonly name: string;
	readonly value: unknown;
}

const MOST_VISITS = 10_000;
/** Shorter numbers are sizes, ports and versions. */
const SHORTEST_NUMBER = 6;
const LONGEST_PARSED = 200_000;
const MARKER = /\{\{[^{}]*\}\}/;

/** Learns from a value of any shape, JSON in text included. */
export function learnTree(finds: Finds, root: Branch, rules: Rules): void {
	const open = [root];
	for (let visits = 0; open.length > 0 && !finds.isFull; visits++) {
		const branch = open.pop();
		if (branch === undefined) return;
		const { value } = branch;
		if (typeof value === 'object' && value !== null) {
			if (visits + open.length > MOST_VISITS || !grow(open, branch, value)) return finds.cut();
		} else if (typeof value === 'string') learnText(finds, branch, value, rules);
		else if (typeof value === 'number' || typeof value === 'bigint') {
			learnNumber(finds, branch, String(value), rules);
		}
	}
}

/** Adds what lies below, so that the first comes out first; false when it is too much. */
function grow(open: Branch[], { field, name }: Branch, value: object): boolean {
	const keys = Object.keys(value);
	if (keys.length > MOST_VISITS) return false;
	for (let i = keys.length - 1; i >= 0; i--) {
		const key = keys[i];
		const below = Array.isArray(value) ? name : key;
		open.push({
			field: fieldAt(field, key),
			name: below,
			value: (value as Record<string, unknown>)[key],
		});
	}
	return true;
}

function learnText(finds: Finds, branch: Branch, text: string, rules: Rules): void {
	if (learnJson(finds, branch, text, rules)) return;
	if (rules.isTemplate && MARKER.test(text)) return;
	if (isSecret(branch.name, text, rules.verdict)) finds.secret(branch.field, text);
	else finds.inside(branch.field, text);
}

function isSecret(name: string, text: string, verdict: Verdict): boolean {
	if (verdict === 'marked' || isSecretByItself(text) || isSecretName(name)) return true;
	if (verdict === 'named' || isPublicName(name)) return false;
	return verdict === 'token' ? looksLikeKey(text) : !isPublicValue(text);
}

function learnNumber(finds: Finds, { field, name }: Branch, digits: string, rules: Rules): void {
	const isMarked = rules.verdict === 'marked' || isSecretName(name);
	const isUnknown = rules.verdict === 'unknown' && !isPublicName(name);
	if (isMarked || (isUnknown && digits.length >= SHORTEST_NUMBER)) finds.secret(field, digits);
}

/**
 * Takes a JSON document apart to its leaves.
 *
 * @returns false when it is none, or nothing in it is a secret although the whole is
 */
function learnJson(finds: Finds, branch: Branch, text: string, rules: Rules): boolean {
	const value = parsedOrNull(text);
	if (value === null) return false;
	const before = finds.count;
	const verdict = rules.verdict === 'marked' ? 'unknown' : rules.verdict;
	learnTree(finds, { ...branch, value }, { ...rules, verdict });
	return finds.count > before || rules.verdict !== 'marked';
}

/** `null` stands for text that is no JSON document. */
function parsedOrNull(text: string): object | null {
	if (text.length > LONGEST_PARSED || !/^\s*[{[]/.test(text)) return null;
	try {
		return JSON.parse(text) as object;
	} catch {
		// A password may begin with a bracket.
		return null;
	}
}
