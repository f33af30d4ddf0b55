import type { Arrival } from './settings';

/** The media type of a request, without parameters, in lower case; empty where there is none. */
export function typeOf(headers: Arrival['headers']): string {
	const [, value] = Object.entries(headers).find(([name]) => /^content-type$/i.test(name)) ?? [];
	const text = (typeof value === 'string' ? value : value?.[0]) ?? '';
	return (text.split(';')[0] ?? '').trim().toLowerCase();
}

/** Whether a type is among those wanted: a name, or `text/*`. A request without a body has none and may come. */
export const isWantedType = (type: string, wanted: readonly string[]): boolean =>
	wanted.length === 0 ||
	type === '' ||
	wanted.some((one) => {
		const name = one.trim().toLowerCase();
		return name.endsWith('/*') ? type.startsWith(name.slice(0, -1)) : type === name;
	});
