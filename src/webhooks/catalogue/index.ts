import { schemeSchema, type Scheme } from '../scheme';
import { presets } from './presets';

export { presets as catalogue } from './presets';

const byId = new Map(presets.map((scheme) => [scheme.id, scheme]));
const read = new Map<string, Scheme>();

/** A preset with its defaults filled in, read on first use. */
export function schemeNamed(id: string): Scheme | undefined {
	const known = read.get(id);
	const written = byId.get(id);
	if (known !== undefined || written === undefined) return known;
	const scheme = schemeSchema.parse(written);
	read.set(id, scheme);
	return scheme;
}
