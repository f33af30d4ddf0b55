import { ScrubStream } from './stream';
import { TextScrubber } from './text';
import type { Needle, Scrubber, ScrubberOptions } from './types';
import { scrubValue } from './value';

export type { Hit, Needle, Scrubber, ScrubberOptions, ScrubberStream } from './types';

/**
 * Builds a scrubber: something that takes known secrets out of text, structured data and streams,
 * in the forms in which secrets really leak (plain, escaped, encoded, wrapped, partly shown).
 *
 * Needles that are short or common words are matched as whole values only; `weak` names them.
 * What cannot be looked through is replaced, never passed on.
 *
 * @param needles - names and values; values are secret
 * @throws TypeError when a needle is no pair of strings
 */
export function createScrubber(needles: Iterable<Needle>, options: ScrubberOptions = {}): Scrubber {
	const scrubber = new TextScrubber(options.replace);
	const add = (needle: Needle): void => {
		assertNeedle(needle);
		scrubber.add(needle.name, needle.value);
	};
	for (const needle of needles) add(needle);
	return {
		text: (input) => {
			if (typeof input !== 'string')
				throw new TypeError(`input: expected a string, got ${typeof input}`);
			scrubber.search.begin();
			return scrubber.scrub(input);
		},
		value: (input) => {
			scrubber.search.begin();
			return scrubValue(scrubber, input);
		},
		stream: () => new ScrubStream(scrubber),
		add,
		remove: (name) => scrubber.remove(name),
		get weak() {
			return scrubber.weak;
		},
	};
}

function assertNeedle(needle: unknown): asserts needle is Needle {
	const { name, value } = (needle ?? {}) as Partial<Needle>;
	if (typeof name !== 'string')
		throw new TypeError(`needle.name: expected a string, got ${typeof name}`);
	if (typeof value !== 'string')
		throw new TypeError(`needle.value: expected a string, got ${typeof value}`);
}
