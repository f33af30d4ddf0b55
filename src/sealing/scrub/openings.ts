import { leads as deskLeads, units as deskUnits, used as deskUsed } from './desk';

// Constants of another module are looked up at each use, our own are not.
const units = deskUnits;
const leads = deskLeads;
const used = deskUsed;

const IN_OFFSET = 1;
/** With blanks and `0x` before it. */
const LONGEST_OFFSET = 24;
const IN_BEGIN = 2;
const OPENINGS = openingTable();

/**
 * Whether anything on the desk looks like the first line of a dump or of armour (dumps.ts, armor.ts).
 * Asked of every text, so it looks at four units of each line only.
 */
export function hasOpening(): boolean {
	if (opensAt(0)) return true;
	for (let i = 0; i < used.leads; i++) if (opensBehind(leads[i])) return true;
	return false;
}

/** Whether such a line follows the lead at this place of the desk. */
export function opensBehind(at: number): boolean {
	const unit = units[at];
	if (unit === 0x0a || unit === 0xffff) return opensAt(at + 1);
	if (unit === 0x5c) return units[at + 1] === 0x6e && opensAt(afterTab(at + 2));
	return unit === 0x7e && at > 0 && units[at - 1] === 0x3c;
}

/** Behind a written-out tab. */
const afterTab = (at: number): number =>
	units[at] === 0x5c && units[at + 1] === 0x74 ? at + 2 : at;

/** Four units of an offset or of `begin`. What lies behind the text does no harm. */
export function opensAt(at: number): boolean {
	const first = OPENINGS[units[at]] & OPENINGS[units[at + 1]];
	if (first === 0) return false;
	const all = first & OPENINGS[units[at + 2]] & OPENINGS[units[at + 3]];
	return all === IN_OFFSET ? endsLikeOffset(at + 4) : all !== 0;
}

/** Dates and identifiers begin like offsets, but no blank and no colon follows their digits. */
function endsLikeOffset(from: number): boolean {
	for (let at = from - 1; at < from + LONGEST_OFFSET; at++) {
		const unit = units[at];
		// A colon, a blank, or what a debugger writes: `h`.
		if (unit === 0x3a || unit === 0x20 || unit === 0x09 || unit === 0x68) return true;
		if ((OPENINGS[unit] & IN_OFFSET) === 0) return false;
	}
	return false;
}

function openingTable(): Uint8Array {
	const table = new Uint8Array(0x10000);
	for (const sign of '0123456789abcdefABCDEFx \t') table[sign.charCodeAt(0)] |= IN_OFFSET;
	for (const sign of 'begin ') table[sign.charCodeAt(0)] |= IN_BEGIN;
	return table;
}
