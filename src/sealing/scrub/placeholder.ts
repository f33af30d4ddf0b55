/** What stands in for a secret: says which one, and nothing about its value or length. */
export const defaultPlaceholder = (names: readonly string[]): string =>
	names.length === 0 ? NEUTRAL : `[sealed: ${names.map(printable).join(', ')}]`;

/** When even a name must not be shown. */
export const NEUTRAL = '[sealed]';

/** What stands in for a value that could not be looked through. */
export const UNREADABLE = '[sealed: unreadable]';

/** A name that fits into JSON, a log line and a placeholder. */
function printable(name: string): string {
	return name
		.replace(/[\p{Cc}"'\\<>[\]]+/gu, ' ')
		.slice(0, 80)
		.trim();
}
