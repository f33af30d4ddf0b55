import { base64At } from './exactForms';
import { fold } from './fold';
import { rareSpellings } from './rareForms';
import type { Part } from './secretText';

/** One folded spelling of a secret. */
export interface LooseForm {
	readonly symbols: Uint8Array;
	readonly form: string;
	/** So many symbols in a row must agree. */
	readonly leastRun: number;
	/** Where the windows begin of which an agreeing run must hold one, ascending. */
	readonly windows: readonly number[];
}

export const WINDOW = 12;
export const GRAM = 8;
/** Of so many grams in a row one begins at a multiple of four, where the desk reads fastest. */
export const STEP = 4;
/** A part of this share is worth hiding, and of a long secret already so many symbols. */
const LEAST_SHARE = 0.35;
const LONGEST_RUN = 32;
const FEWEST_DISTINCT = 5;

interface Spelling {
	readonly form: string;
	readonly text: string;
	/** Fewer symbols than this come together by chance in this alphabet. */
	readonly floor: number;
	/** The secret's own characters, which may read like ordinary words. */
	readonly isReadable?: boolean;
}

/** Where the grams of a form begin that its windows are found by. */
export function gramsOf({ windows }: LooseForm): number[] {
	const grams: number[] = [];
	let next = 0;
	for (const window of windows) {
		for (let at = Math.max(next, window); at < window + STEP; at++) grams.push(at);
		next = window + STEP;
	}
	return grams;
}

/** How thoroughly to look: with very many secrets the rare spellings are left to the decoders. */
export type Thoroughness = 'all' | 'frequent';

/** The spellings that differ after folding; escaped and nested ones are undone by decode.ts. */
export function looseForms(part: Part, thoroughness: Thoroughness): LooseForm[] {
	const forms: LooseForm[] = [];
	const known = new Set<string>();
	for (const spelling of spellings(part, thoroughness)) {
		const symbols = fold(spelling.text);
		const identity = Buffer.from(symbols).toString('latin1');
		const leastRun = leastRunOf(symbols.length, spelling.floor);
		if (symbols.length < leastRun || known.has(identity)) continue;
		known.add(identity);
		const windows = windowsOf(symbols, leastRun, ownShare(part), spelling.isReadable === true);
		if (windows.length > 0) forms.push({ symbols, form: spelling.form, leastRun, windows });
	}
	return forms;
}

function* spellings(part: Part, thoroughness: Thoroughness): Generator<Spelling> {
	const { text, bytesBefore } = part;
	const bytes = Buffer.from(text, 'utf8');
	const hex = bytes.toString('hex');
	yield { form: 'plain', text, floor: floorOf(text), isReadable: true };
	if (/[\n\r\t]/.test(text)) yield { form: 'json', text: JSON.stringify(text), floor: WINDOW };
	for (const offset of [0, 1, 2]) {
		yield { form: 'base64', text: base64At(bytes, offset).digits, floor: WINDOW };
	}
	yield { form: 'hex', text: hex, floor: 14 };
	if (bytes.length !== text.length) {
		yield { form: 'utf8', text: bytes.toString('latin1'), floor: WINDOW };
		yield { form: 'utf8', text: windows1252(bytes), floor: WINDOW };
	}
	for (const { form, text: rare } of rareSpellings(part)) {
		yield { form, text: rare, floor: form === 'hex' ? 20 : WINDOW, isReadable: form !== 'hex' };
	}
	if (thoroughness === 'frequent') return;
	yield { form: 'decimal', text: bytes.join(), floor: 18 };
	const indexed = [...bytes].map((byte, i) => `${bytesBefore + i}:${byte}`).join();
	yield { form: 'decimal', text: indexed, floor: 20 };
	if (bytes.length !== text.length) {
		yield { form: 'decimal', text: new Int8Array(bytes).join(), floor: 18 };
		const codes = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
		yield { form: 'decimal', text: codes.join(), floor: 18 };
	}
	yield { form: 'hex', text: hex.replace(/../g, '0x$&,'), floor: 24 };
	yield {
		form: 'reversed',
		text: [...text].reverse().join(''),
		floor: floorOf(text),
		isReadable: true,
	};
}

const RANDOM_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** Identifiers of one origin share a time stamp: twelve hexadecimal digits of a version 7 UUID. */
function floorOf(text: string): number {
	if (RANDOM_UUID.test(text)) return WINDOW;
	if (/^[0-9a-f-]+$/i.test(text) && text.length >= 20) return 16;
	return /^[\d\W]+$/.test(text) ? 14 : WINDOW;
}

const leastRunOf = (length: number, floor: number): number =>
	Math.max(floor, Math.min(LONGEST_RUN, Math.ceil(length * LEAST_SHARE)));

const ownShare = (part: Part): number => part.ownFrom / part.text.length;

/**
 * Chooses windows so that any `leastRun` symbols in a row hold a whole one, leaving out those that
 * ordinary text may hold too: the shared start of keys and tokens, monotonous ones, plain words.
 */
function windowsOf(
	symbols: Uint8Array,
	leastRun: number,
	ownFrom: number,
	isReadable: boolean,
): number[] {
	const judge = isReadable ? wordJudge(symbols) : () => false;
	const isUsable = (at: number): boolean =>
		at + WINDOW / 2 >= ownFrom * symbols.length && isVaried(symbols, at) && !judge(at);
	const apart = leastRun - WINDOW + 1;
	const chosen: number[] = [];
	let candidate = -1;
	let previous = -1;
	for (let at = 0; at + WINDOW <= symbols.length; at++) {
		if (isUsable(at)) candidate = at;
		const isDue = at + 1 - previous > apart || previous < 0 || at + WINDOW === symbols.length;
		if (isDue && candidate > previous) {
			previous = candidate;
			chosen.push(candidate);
		}
	}
	return chosen;
}

/** What looks like words at a place. In a passphrase anything without digits does. */
function wordJudge(symbols: Uint8Array): (at: number) => boolean {
	const count = Math.max(1, symbols.length - WINDOW + 1);
	let wordy = 0;
	for (let at = 0; at < count; at++) if (isWordy(symbols, at)) wordy++;
	const isPassphrase = wordy * 2 >= count;
	return (at) => isWordy(symbols, at) || (isPassphrase && digitsIn(symbols, at) < 2);
}

function digitsIn(symbols: Uint8Array, at: number): number {
	let digits = 0;
	for (let i = at; i < at + WINDOW; i++) if (symbols[i] < FIRST_LETTER) digits++;
	return digits;
}

function isVaried(symbols: Uint8Array, at: number): boolean {
	let seenLow = 0;
	let seenHigh = 0;
	let distinct = 0;
	for (let i = at; i < at + WINDOW; i++) {
		const bit = 1 << (symbols[i] & 31);
		const isLow = (symbols[i] & 32) === 0;
		if (((isLow ? seenLow : seenHigh) & bit) !== 0) continue;
		distinct++;
		if (isLow) seenLow |= bit;
		else seenHigh |= bit;
	}
	return distinct >= FEWEST_DISTINCT;
}

/** The pairs of letters that make up most of technical English; random letters hold one in four. */
const COMMON_PAIRS =
	'ab ac ad ag ai al am an ap ar as at au ax ba be bl ca ce ch ck co cr ct da dd de di do ' +
	'dr ds ea eb ec ed ee ef ei el em en eo ep eq er es et ev ew ex fa fi fo ge gi ha he hi ' +
	'ho ht ia ic id ie ig il im in io ir is it ix js ke la le li ll lo ls lt lu ma me mi mo ' +
	'mp na nc nd ne nf ng ni nn no np ns nt oc od of ol om on oo op or os ot ou ov ow pa pe ' +
	'pl po pp pr ps pt qu ra rc re rf ri rl rm rn ro rr rs rt ru sa sc sd se sf sh si so sp ' +
	'sr ss st su ta tc te tf th ti to tp tr ts tt tu ty ue ul un up ur us ut va ve wh wi xi ' +
	'yp';
const PAIRS = commonPairs();

function commonPairs(): Uint8Array {
	const pairs = new Uint8Array(1 << 16);
	for (const pair of COMMON_PAIRS.split(' ')) {
		const [first, second] = fold(pair);
		pairs[(first << 8) | second] = 1;
	}
	return pairs;
}

const [FIRST_LETTER] = fold('a');

function isWordy(symbols: Uint8Array, at: number): boolean {
	let letters = 0;
	let common = 0;
	for (let i = at; i < at + WINDOW - 1; i++) {
		if (symbols[i] < FIRST_LETTER || symbols[i + 1] < FIRST_LETTER) continue;
		letters++;
		common += PAIRS[(symbols[i] << 8) | symbols[i + 1]];
	}
	return letters >= 7 && common >= letters * 0.65;
}

/** How many pairs of neighbours in `[from, to)` make up most of ordinary text. */
export function commonPairsIn(symbols: Uint8Array, from: number, to: number): number {
	let common = 0;
	for (let i = from; i + 1 < to; i++) common += PAIRS[(symbols[i] << 8) | symbols[i + 1]];
	return common;
}

/** UTF-8 bytes as a Windows code page shows them, the usual garbling of mail and spreadsheets. */
function windows1252(bytes: Buffer): string {
	return new TextDecoder('windows-1252').decode(bytes);
}
