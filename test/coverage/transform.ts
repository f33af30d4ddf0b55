import { sampleOf, type Passage, type Sample } from './passage';
import type { Random } from './random';
import { scene, type Scene } from './scene';

export interface Transform {
	readonly name: string;
	/** `listed`: named by the study; `unlisted`: found by looking at how secrets really leak. */
	readonly group: 'listed' | 'unlisted';
	/** False for the few forms that nobody writes by mistake. They count in the headline all the same. */
	readonly accidental: boolean;
	/** A form that has no meaning for a secret returns it unchanged, and the cell is skipped. */
	encode(secret: string, random: Random): Sample;
}

export type Build = (secret: string, scene: Scene) => Passage | Sample;
export type Definition = readonly [name: string, build: Build];

const isSample = (built: Passage | Sample): built is Sample => 'encoded' in built;

const transform = (
	group: Transform['group'],
	accidental: boolean,
	[name, build]: Definition,
): Transform => ({
	name,
	group,
	accidental,
	encode(secret, random) {
		const built = build(secret, scene(random));
		return isSample(built) ? built : sampleOf(built);
	},
});

export const listedForms = (...definitions: readonly Definition[]): Transform[] =>
	definitions.map((definition) => transform('listed', true, definition));

export const unlistedForms = (...definitions: readonly Definition[]): Transform[] =>
	definitions.map((definition) => transform('unlisted', true, definition));

/** For forms that take intent; each use says why in a comment. */
export const deliberate = (group: Transform['group'], ...definition: Definition): Transform =>
	transform(group, false, definition);
