import type { Guard } from '../guard';
import type { Host } from '../host';

/**
 * A place of the host that the guard wraps. A host that lacks it is no reason to fail: the guard
 * says so at start, in the words of `without`, unless it is required.
 */
export interface Seam {
	/** A short stable name, for settings and `sealbox doctor`. */
	readonly name: string;
	/** A sentence: what is not protected, or does not work, while this is missing. */
	readonly without: string;
	/** Without a seam that opens, data must not be sealed in a way that needs opening. */
	readonly isOpening?: true;
	/** @throws Error when the host lacks what the seam needs */
	install(host: Host, guard: Guard): void;
}
