import type { FoundBytes, Needle, NeedleSet } from '../needles';

/** Each piece is searched together with so much of what came before it. */
const LEAST_OVERLAP = 16 * 1024;
const MOST_OVERLAP = 192 * 1024;
/** A secret written in an encoding of an encoding is at most so many times as long. */
const LONGEST_FORM = 6;
/** In bytes; see `src/sealing/scrub/weak.ts`. */
const LONGEST_WEAK = 64;
/** In a file with more findings, everything counts as one. */
const MOST_FINDINGS = 20_000;

/** A stretch of a file that holds a secret; without a needle, what could not be searched. */
export type Finding = FoundBytes;

/** Looks for secrets in content that comes in pieces. */
export class FileSearch {
	readonly #found: Finding[] = [];
	#before = Buffer.alloc(0);
	#at = 0;

	/**
	 * @param needles - asked for again for each piece: a token may be renewed meanwhile
	 * @param all - what everything counts as, where content cannot be searched
	 */
	constructor(
		private readonly needles: () => NeedleSet,
		private readonly all?: Needle,
	) {}

	look(piece: Buffer): void {
		if (this.all !== undefined) {
			const [start, end] = [this.#at, (this.#at += piece.length)];
			this.#found.push({ start, end, needle: this.all });
			return;
		}
		const needles = this.needles();
		if (this.#at === 0 && piece.length <= LONGEST_WEAK) this.#lookAtWhole(needles, piece);
		const window = this.#before.length === 0 ? piece : Buffer.concat([this.#before, piece]);
		const from = this.#at - this.#before.length;
		for (const { start, end, needle } of needles.searchBytes(window)) {
			this.#found.push({ start: from + start, end: from + end, needle });
		}
		this.#at += piece.length;
		this.#before = Buffer.from(window.subarray(-overlap(needles)));
	}

	get isClean(): boolean {
		return this.#found.length === 0;
	}

	/** A short or common secret counts only where it is all there is. */
	#lookAtWhole(needles: NeedleSet, piece: Buffer): void {
		const text = piece.toString('utf8').trim();
		const [hit] = needles.search(text).hits;
		const needle = needles.needleOf(hit);
		if (hit?.text === text && needle) this.#found.push({ start: 0, end: piece.length, needle });
	}

	/** From left to right, none over another. */
	findings(): Finding[] {
		const merged = merge(this.#found);
		if (merged.length <= MOST_FINDINGS) return merged;
		return [{ start: 0, end: this.#at, needle: merged[0].needle }];
	}

	/** Every needle that was found, also where it stands below another. */
	needlesFound(): Needle[] {
		return [...new Set(this.#found.map(({ needle }) => needle))].filter(
			(each) => each !== undefined,
		);
	}
}

const overlap = ({ longest }: NeedleSet): number =>
	Math.min(MOST_OVERLAP, Math.max(LEAST_OVERLAP, LONGEST_FORM * longest));

function merge(found: readonly Finding[]): Finding[] {
	const merged: Finding[] = [];
	for (const each of [...found].sort((a, b) => a.start - b.start)) {
		const last = merged.at(-1);
		if (last === undefined || each.start >= last.end) merged.push(each);
		else if (each.end > last.end) merged[merged.length - 1] = { ...last, end: each.end };
	}
	return merged;
}
