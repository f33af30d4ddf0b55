import type { LargeNumbers } from './link';

/** How texts of a database become values of an item. */

/** A number where it is exact or asked for, else the text. */
export const exactNumber =
	(large: LargeNumbers) =>
	(text: string): number | string => {
		if (large === 'text') return text;
		const number = Number(text);
		return large === 'numbers' || Number.isSafeInteger(number) ? number : text;
	};

/** JSON has no NaN and no infinity: they stay text. */
export function finiteNumber(text: string): number | string {
	const number = Number(text);
	return Number.isFinite(number) ? number : text;
}

/** `2024-05-01 12:00:00.5` as ISO 8601, without a zone, because it has none. */
export const isoLocal = (text: string): string =>
	text.length >= 19 && text[10] === ' ' ? `${text.slice(0, 10)}T${text.slice(11)}` : text;

const WITH_ZONE = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d+)?([+-]\d\d(?::\d\d){0,2})$/;

/**
 * `2024-05-01 12:00:00.123456+02` as ISO 8601 in UTC, with all digits of the fraction. What ISO 8601
 * cannot say (infinity, before Christ) stays as it is.
 */
export function isoUtc(text: string): string {
	const [, day, time, fraction = '', zone = ''] = WITH_ZONE.exec(text) ?? [];
	if (day === undefined) return text;
	if (zone === '+00') return `${day}T${time}${fraction}Z`;
	const [hours = '0', minutes = '0', seconds = '0'] = zone.slice(1).split(':');
	const offset = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
	const local = Date.parse(`${day}T${time}Z`);
	const utc = new Date(local - (zone.startsWith('-') ? -1 : 1) * offset * 1000);
	return `${utc.toISOString().slice(0, 19)}${fraction}Z`;
}
