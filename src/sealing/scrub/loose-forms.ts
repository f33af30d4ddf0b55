import { base64At } from './exact-forms';
import { fold } from './fold';
import type { Part } from './secret-text';

/** One folded spelling of a secret. */
export interface LooseForm {
	readonly symbols: Uint8Array;
	readonly form: string;
	/** So many symbols in a row must agree. */
	readonly leastRun: number;
	/** Where the grams to index begin, ascending. */
	readonly grams: readonly number[];
}

const WINDOW = 12;
export const GRAM = 6;
/** Any window holds a gram that begins at a multiple of this. */
export const STEP = WINDOW - GRAM + 1;
/** A part of this share is worth hiding, and of a long secret already so many symbols. */
const LEAST_SHARE = 0.35;
const LONGEST_RUN = 40;
const FEWEST_DISTINCT = 5;

interface Spelling {
	readonly form: string;
	readonly text: string;
	/** Fewer symbols than this come together by chance in this alphabet. */
	readonly floor: number;
	/** The secret's own characters, which may read like ordinary words. */
	readonly isReadable?: true;
}

/** How thoroughly to look: with very many secrets the rare spellings are left to the decoders. */
export type Thoroughness = 'all' | 'frequent';

/** The spellings that differ after folding; escaped and nested ones are undone by decode.ts. */
export function looseForms(part: Part, thoroughness: Thoroughness): LooseForm[] {
	const forms: LooseForm[] = [];
	const known = new Set<string>();
	for (const spelling of spellings(part.text, thoroughness)) {
		const symbols = fold(spelling.text);
		const identity = symbols.join();
		const leastRun = leastRunOf(symbols.length, spelling.floor);
		if (symbols.length < leastRun || known.has(identity)) continue;
		known.add(identity);
		const grams = gramsOf(symbols, leastRun, ownShare(part), spelling.isReadable === true);
		if (grams.length > 0) forms.push({ symbols, form: spelling.form, leastRun, grams });
	}
	return forms;
}

function* spellings(text: string, thoroughness: Thoroughness): Generator<Spelling> {
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
	if (thoroughness === 'frequent') return;
	yield { form: 'decimal', text: bytes.join(), floor: 18 };
	yield { form: 'decimal', text: [...bytes].map((byte, i) => `${i}:${byte}`).join(), floor: 20 };
	yield { form: 'hex', text: hex.replace(/../g, '0x$&,'), floor: 24 };
	yield {
		form: 'reversed',
		text: [...text].reverse().join(''),
		floor: floorOf(text),
		isReadable: true,
	};
}

/** Identifiers of one origin share a time stamp: twelve hexadecimal digits of a version 7 UUID. */
function floorOf(text: string): number {
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
function gramsOf(
	symbols: Uint8Array,
	leastRun: number,
	ownFrom: number,
	isReadable: boolean,
): number[] {
	const isUsable = (at: number): boolean =>
		at + WINDOW / 2 >= ownFrom * symbols.length &&
		isVaried(symbols, at) &&
		!(isReadable && isWordy(symbols, at));
	const apart = leastRun - WINDOW + 1;
	const chosen = new Set<number>();
	let candidate = -1;
	let previous = -1;
	for (let at = 0; at + WINDOW <= symbols.length; at++) {
		if (isUsable(at)) candidate = at;
		const isDue = at + 1 - previous > apart || previous < 0 || at + WINDOW === symbols.length;
		if (isDue && candidate > previous) {
			previous = candidate;
			for (let place = 0; place < STEP; place++) chosen.add(candidate + place);
		}
	}
	return [...chosen].sort((a, b) => a - b);
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

/** The pairs of letters that make up most of English; random letters hold one in four or five. */
const COMMON_PAIRS =
	'th he in er an re nd at on nt ha es st en ed to it ou ea hi is or ti as te et ng of al de se le sa si ar ve ra ld ur ' +
	'ro ri io ic ne me li la el ch co ta ma ca om ec ce us un il ho pe tr ac ag ol ns wo rd ss pa ge ut ot so no ee em am ' +
	'ly di do ab ad ai ap av ay bo be bu cl ct cr da du ef ei ep ev ex fi fo fr ga gr id ie if ig im ir iv ke ki lo lu ll ' +
	'mi mo mp na ni nc ny op oo os ow pl po pr pt pu qu rm rs rt ry sc sh sp su tu ty tt ui ul up va vi wa we wh wi wn ye ' +
	'ck ff gh rc rv rk rn ks ls ts ds sk ok ak ba bl br by ci cu ey fa fe fu gi go gu ht hr iz ja jo ub uc ud ue um uo ug';
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
	return letters >= 7 && common >= letters * 0.62;
}

/** UTF-8 bytes as a Windows code page shows them, the usual garbling of mail and spreadsheets. */
function windows1252(bytes: Buffer): string {
	return new TextDecoder('windows-1252').decode(bytes);
}
