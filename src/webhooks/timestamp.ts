import { demand } from './refusal';

export const UNITS = ['s', 'ms', 'iso8601'] as const;
export type Unit = (typeof UNITS)[number];

const DIGITS = /^[0-9]{1,16}$/;
const ISO =
	/^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)$/;

/** Milliseconds since 1970; `null` for anything that is not wholly and only a time of this unit. */
export function readTimeOrNull(text: string, unit: Unit): number | null {
	if (unit !== 'iso8601') {
		return DIGITS.test(text) ? Number(text) * (unit === 's' ? 1000 : 1) : null;
	}
	const [, ...fields] = ISO.exec(text) ?? [];
	if (fields.length === 0 || !isOnCalendar(fields.map(Number))) return null;
	const time = Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
	return Number.isNaN(time) ? null : time;
}

/** JavaScript takes February 30 for March 1. */
function isOnCalendar([year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0]: number[]) {
	const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
	return (
		date.getUTCMonth() === month - 1 &&
		date.getUTCDate() === day &&
		date.getUTCHours() === hour &&
		date.getUTCMinutes() === minute &&
		date.getUTCSeconds() === second
	);
}

/** Refuses what is older or newer than the tolerance allows; exactly the tolerance is allowed. */
export function demandFresh(timeMs: number, nowMs: number, toleranceSeconds: number): void {
	demand(nowMs - timeMs <= toleranceSeconds * 1000, 'stale');
	demand(timeMs - nowMs <= toleranceSeconds * 1000, 'future');
}
