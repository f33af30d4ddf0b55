/** Where in a text which needle was found, in which form. Offsets in UTF-16 units, `end` exclusive. */
export interface Found {
	start: number;
	end: number;
	needle: number;
	form: string;
}

/** Findings that overlap, as one stretch to replace. */
export interface Stretch {
	start: number;
	end: number;
	needles: Set<number>;
	form: string;
}

/**
 * Merges what overlaps; what merely touches stays apart, so that two secrets remain two.
 *
 * The result does not depend on the order of `found`, nor on how often the same thing was found.
 */
export function mergeOverlapping(found: Found[]): Stretch[] {
	found.sort(byPlace);
	const stretches: Stretch[] = [];
	let last: Stretch | undefined;
	for (const { start, end, needle, form } of found) {
		if (last !== undefined && start < last.end) {
			last.end = Math.max(last.end, end);
			last.needles.add(needle);
		} else {
			last = { start, end, needles: new Set([needle]), form };
			stretches.push(last);
		}
	}
	return stretches;
}

/** Earliest first; of those the longest, then by name of the form: one order for any input order. */
function byPlace(a: Found, b: Found): number {
	return a.start - b.start || b.end - a.end || (a.form < b.form ? -1 : a.form > b.form ? 1 : 0);
}
