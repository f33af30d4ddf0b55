import { decodeArmor, firstArmor } from './armor';
import { CleanKeys } from './collect';
import { decodeDumps, firstDump } from './dumps';
import { EncodedRuns, nextRun, SHORTEST_RUN } from './encodedRuns';
import { BLOCK, layNumbers, layText, layTextUnfolded, layUnits, units, used } from './desk';
import { firstTelling, undoEscapes } from './escapes';
import { exactForms, type ExactForm } from './exactForms';
import { ExactIndex } from './exact';
import { beginsCompressed, digitsFrom, inflate, inflateDigits, Purse } from './inflate';
import type { Found } from './intervals';
import { LooseIndex } from './loose';
import { looseForms, type LooseForm, type Thoroughness } from './looseForms';
import { hasOpening, opensAt } from './openings';
import { partsOf } from './secretText';
import { Sheet } from './sheet';
import { Sieve } from './sieve';
import { whyWeak } from './weak';

/** Encodings inside encodings are undone so deep. */
const DEEPEST = 3;
/** What a loose match of the least length may span, with line breaks between some symbols. */
const LEAST_REACH = 1280;
/** From so many secrets on, the rarer loose spellings would cost more memory than they find. */
const MANY = 1500;

/** Compressed text is read on so far. */
const MOST_DIGITS = 1 << 22;

/** Where on the desk something begins that can be decoded, -1 for nowhere. */
interface Evidence {
	readonly escape: number;
	readonly run: number;
	readonly dump: number;
	readonly armor: number;
}

/**
 * Searches texts for a fixed set of secrets, in every form.
 *
 * Plan, for each block of the text
 * 1. Lay it out and fold it (desk.ts).
 * 2. Search it exactly (exact.ts) and loosely (loose.ts).
 * 3. Where it holds escape sequences or encoded runs, undo them into a further sheet and search that,
 *    up to {@link DEEPEST} levels. Offsets always lead back to the text.
 */
export class Search {
	/** Whatever is found depends on no more than so many units before and behind it. */
	readonly reach: number;

	/** Keys of objects that hold none of the needles. */
	readonly cleanKeys = new CleanKeys();

	readonly #exact: ExactIndex;
	readonly #exactForms: ExactForm[] = [];
	readonly #exactOwners: number[][] = [];
	readonly #loose: LooseIndex | null;
	readonly #looseOwners: number[] = [];
	/** Shorter texts hold nothing. */
	readonly shortest: number;

	/** What the rest costs would not pay for very many secrets. */
	readonly #sieve: Sieve | null;

	readonly #found: Found[] = [];
	readonly #purse = new Purse();
	#sheet: Sheet = sheetAt(0);
	#text: ArrayLike<number> | string = '';

	/** @param values - strong secrets only; a finding names them by their index */
	constructor(values: readonly string[]) {
		const thoroughness: Thoroughness = values.length > MANY ? 'frequent' : 'all';
		const loose: LooseForm[] = [];
		const numbers = new Map<string, number>();
		for (let owner = 0; owner < values.length; owner++) {
			for (const part of partsOf(values[owner])) {
				if (whyWeak(part.text) !== null) continue;
				for (const form of exactForms(part)) this.#addExact(form, owner, numbers);
				if (part.isWholeOnly) continue;
				for (const form of looseForms(part, thoroughness)) {
					loose.push(form);
					this.#looseOwners.push(owner);
				}
			}
		}
		const exact = this.#exactForms.map((form) => form.text);
		this.#exact = new ExactIndex(exact);
		this.#sieve = thoroughness === 'all' ? new Sieve(exact, loose) : null;
		this.#loose = loose.length === 0 ? null : new LooseIndex(loose);
		this.reach = this.#exactForms.reduce(
			(most, { text }) => Math.max(most, text.length),
			LEAST_REACH,
		);
		const leastRuns = loose.map((form) => form.leastRun);
		this.shortest = leastRuns.reduce((least, run) => Math.min(least, run), this.#exact.shortest);
	}

	/** To be called for each input as a whole: what it may cost does not depend on earlier ones. */
	begin(): this {
		this.#purse.refill();
		return this;
	}

	/** All findings in a text, or null when there are none. The list is valid until the next call. */
	inText(text: string): Found[] | null {
		return text.length < this.shortest ? null : this.#run(text);
	}

	/**
	 * Which of some texts may hold something, by their number. The texts are joined with one unit
	 * between each two that no secret holds in this place; `ends` says where they end.
	 */
	suspects(joined: string, ends: Int32Array, count: number): number[] {
		const sieve = this.#sieve;
		const suspects = new Set<number>();
		layTextUnfolded(joined, 0, joined.length);
		for (let i = 0; i < count; i++) {
			if (sieve === null || opensAt(i === 0 ? 0 : ends[i - 1] + 1)) suspects.add(i);
		}
		sieve?.scan((from, to) => {
			for (let i = textAt(ends, count, from); i < count && startOf(ends, i) < to; i++)
				suspects.add(i);
		});
		return [...suspects].sort((a, b) => a - b);
	}

	/** The same for bytes or other character codes. */
	inUnits(units: ArrayLike<number>): Found[] | null {
		return units.length < this.shortest ? null : this.#run(units);
	}

	/** The exact search alone, as a benchmark wants it; counts what it finds. */
	countExact(text: string): number {
		let count = 0;
		const tally = (): void => void count++;
		for (let from = 0; from < text.length; from += BLOCK - this.reach) {
			layTextUnfolded(text, from, Math.min(text.length, from + BLOCK));
			this.#exact.scan(tally);
		}
		return count;
	}

	#run(text: ArrayLike<number> | string): Found[] | null {
		if (this.#found.length > 0) this.#found.length = 0;
		this.#text = text;
		this.#purse.earn(text.length);
		const first = sheetAt(0);
		let isCompressed = false;
		for (let from = 0; ; from += BLOCK - 2 * this.reach) {
			const to = Math.min(text.length, from + BLOCK);
			first.begin(from);
			if (typeof text === 'string') layText(text, from, to);
			else layNumbers(text, from, to);
			isCompressed ||=
				from === 0 && typeof text !== 'string' && beginsCompressed(units, used.units);
			this.#searchDesk(first, 0);
			if (to === text.length) break;
		}
		if (isCompressed) this.#searchRawStream(text as ArrayLike<number>);
		this.#text = '';
		return this.#found.length === 0 ? null : this.#found;
	}

	/** Searches what lies on the desk, which came from `sheet`. */
	#searchDesk(sheet: Sheet, depth: number): void {
		this.#sheet = sheet;
		this.#exact.scan(this.#onExact);
		if (this.#loose !== null) this.#loose.scan(this.#onRun);
		if (depth === DEEPEST) return;
		const escape = used.leads === 0 ? -1 : firstTelling();
		const run = used.units < SHORTEST_RUN ? -1 : nextRun(units, used.units, 0);
		const isOpening = hasOpening();
		const dump = isOpening ? firstDump() : -1;
		const armor = isOpening ? firstArmor() : -1;
		if (escape < 0 && run < 0 && dump < 0 && armor < 0) return;
		if (depth === 0) sheet.keep(units, used.units);
		this.#searchDecoded(sheet, depth, { escape, run, dump, armor });
	}

	#searchDecoded(sheet: Sheet, depth: number, evidence: Evidence): void {
		const { escape, run, dump, armor } = evidence;
		const next = sheetAt(depth + 1);
		const searchNext = (): void => {
			layUnits(next.units, next.length);
			this.#searchDesk(next, depth + 1);
		};
		if (escape >= 0) {
			undoEscapes(sheet, next, escape, this.reach);
			searchNext();
		}
		if (run >= 0) {
			const encoded = runsAt(depth);
			if (encoded.decode(sheet, next, searchNext)) searchNext();
			for (const at of encoded.compressed) this.#searchStream(sheet, at, depth);
		}
		if (armor >= 0 && decodeArmor(sheet, next, armor)) searchNext();
		if (dump < 0) return;
		for (const isSwapped of [false, true]) {
			if (decodeDumps(sheet, next, dump, isSwapped)) searchNext();
		}
	}

	/** Searches what the digits from `at` on inflate to. A long run goes on beyond the sheet. */
	#searchStream(sheet: Sheet, at: number, depth: number): void {
		if (this.#purse.bytes < 1) return;
		const start = sheet.startOf(at);
		if (depth === 0 && typeof this.#text === 'string' && this.#text !== '') {
			const { digits, length } = digitsFrom(
				this.#text.slice(start, start + MOST_DIGITS),
				this.#purse,
			);
			this.#searchInflated(inflateDigits(digits, this.#purse), start, start + length, depth);
		} else {
			const rest = Buffer.from(sheet.units.buffer, 2 * at, 2 * (sheet.length - at));
			const { digits, length } = digitsFrom(rest.toString('utf16le'), this.#purse);
			const end = sheet.endOf(at + length - 1);
			this.#searchInflated(inflateDigits(digits, this.#purse), start, end, depth);
		}
	}

	/** All of it stands for `[start, end)` of the text, so one finding is enough. */
	#searchInflated(bytes: Buffer | null, start: number, end: number, depth: number): void {
		if (bytes === null) return;
		const next = sheetAt(depth + 1);
		const before = this.#found.length;
		for (let from = 0; from < bytes.length; from += BLOCK - 2 * this.reach) {
			const to = Math.min(bytes.length, from + BLOCK);
			next.fill(bytes.subarray(from, to), start, end);
			layUnits(next.units, next.length);
			this.#searchDesk(next, depth + 1);
			if (to === bytes.length || this.#found.length > before) return;
		}
	}

	/** A compressed stream as it is, in a Buffer. */
	#searchRawStream(bytes: ArrayLike<number>): void {
		this.#searchInflated(inflate(Buffer.from(bytes), this.#purse), 0, bytes.length, 0);
	}

	readonly #onExact = (form: number, at: number): void => {
		const { text, form: name, mixedBefore, mixedAfter } = this.#exactForms[form];
		const start = this.#sheet.startOf(at);
		let end = this.#sheet.endOf(at + text.length - 1);
		let from = start;
		if (mixedBefore === 1 && this.#isDigitAt(start - 1)) from--;
		if (mixedAfter === 1 && this.#isDigitAt(end)) end++;
		for (const needle of this.#exactOwners[form]) this.#note(from, end, needle, name);
	};

	readonly #onRun = (form: number, start: number, end: number): void => {
		const [from, to] = [this.#sheet.startOf(start), this.#sheet.endOf(end - 1)];
		this.#note(from, to, this.#looseOwners[form], this.#loose!.forms[form].form);
	};

	/** A secret that overlaps itself many times over is one finding. */
	#note(start: number, end: number, needle: number, form: string): void {
		const last = this.#found.at(-1);
		const continues = last?.needle === needle && last.form === form && start >= last.start;
		if (continues && start < last.end) last.end = Math.max(last.end, end);
		else this.#found.push({ start, end, needle, form });
	}

	#isDigitAt(at: number): boolean {
		const text = this.#text;
		if (at < 0 || at >= text.length) return false;
		const unit = typeof text === 'string' ? text.charCodeAt(at) : text[at];
		return /[A-Za-z0-9+/_-]/.test(String.fromCharCode(unit));
	}

	#addExact(form: ExactForm, owner: number, numbers: Map<string, number>): void {
		const number = numbers.get(form.text);
		if (number === undefined) {
			numbers.set(form.text, this.#exactForms.length);
			this.#exactForms.push(form);
			this.#exactOwners.push([owner]);
		} else if (!this.#exactOwners[number].includes(owner)) {
			this.#exactOwners[number].push(owner);
		}
	}
}

/** Like the desk, one for all: searching is synchronous, and whole scrubbers come and go. */
const sheets: Sheet[] = [];
const runs: EncodedRuns[] = [];

const sheetAt = (depth: number): Sheet => (sheets[depth] ??= new Sheet());
const runsAt = (depth: number): EncodedRuns => (runs[depth] ??= new EncodedRuns());

const startOf = (ends: Int32Array, text: number): number => (text === 0 ? 0 : ends[text - 1] + 1);

/** The first text that ends behind `unit`, or the unit behind which it ends. */
function textAt(ends: Int32Array, count: number, unit: number): number {
	let [low, high] = [0, count];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (ends[middle] <= unit) low = middle + 1;
		else high = middle;
	}
	return low;
}
