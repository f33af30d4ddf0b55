import { replaceAtPaths } from './path';

/** Stands where a value was. */
export const REDACTED = '[redacted]';

/**
 * A copy of a value in which the named fields are replaced by `[redacted]`.
 *
 * Never mutates; parts without such a field are shared with the original. Whatever stands in a named
 * field is replaced, objects, numbers, `null` and empty text included. Text is not searched: see
 * {@link createScrubber} for values that may stand anywhere.
 *
 * @param secretFields - dotted paths; `[]` stands for every element, as in `keys[].value`
 * @throws {@link SealboxError} `ERR_PATH_INVALID` when a path is misspelt
 */
export const redact = <T>(value: T, secretFields: readonly string[]): T =>
	replaceAtPaths(value, secretFields, () => REDACTED);
