import { DESK_SIZE } from './desk';

/**
 * Units together with where in the original text each came from. Decoders read one sheet and write
 * another. Sheets are allocated once and used again, so that searching allocates nothing.
 */
export class Sheet {
	readonly capacity = DESK_SIZE;
	readonly units = new Uint16Array(DESK_SIZE);
	length = 0;

	/** The first sheet is a block of the text itself, `#origin` units from its start. */
	#origin = 0;
	/** Decoded sheets know the origin of each unit. */
	#starts: Int32Array | null = null;
	#ends: Int32Array | null = null;

	/** Where the block begins; its units come with {@link keep} if anyone needs them. */
	begin(origin: number): void {
		this.#origin = origin;
	}

	keep(units: Uint16Array, length: number): void {
		this.units.set(units.subarray(0, length));
		this.length = length;
	}

	/** Makes the sheet empty, to be filled with {@link put}. */
	clear(): void {
		this.#starts ??= new Int32Array(DESK_SIZE);
		this.#ends ??= new Int32Array(DESK_SIZE);
		this.length = 0;
	}

	/** Appends a decoded unit that stands for `[start, end)` of the original. */
	put(unit: number, start: number, end: number): void {
		this.units[this.length] = unit;
		this.#starts![this.length] = start;
		this.#ends![this.length] = end;
		this.length++;
	}

	/** Makes the sheet hold these bytes, all of which stand for `[start, end)` of the original. */
	fill(bytes: Uint8Array, start: number, end: number): void {
		this.clear();
		this.units.set(bytes);
		this.#starts!.fill(start, 0, bytes.length);
		this.#ends!.fill(end, 0, bytes.length);
		this.length = bytes.length;
	}

	/** Takes back what was put after the sheet had `length` units. */
	truncate(length: number): void {
		this.length = length;
	}

	startOf(unit: number): number {
		return this.#starts === null ? this.#origin + unit : this.#starts[unit];
	}

	endOf(unit: number): number {
		return this.#ends === null ? this.#origin + unit + 1 : this.#ends[unit];
	}
}
