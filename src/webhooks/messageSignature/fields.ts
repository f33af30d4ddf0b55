import { Buffer } from 'node:buffer';
import { isArrayBuffer } from 'node:util/types';
import { parseDictionary } from '../../vendor/structured-headers';
import { demand } from '../refusal';

/** Structured fields as RFC 9421 uses them; RFC 9651. */

/** A covered component: a name, and parameters such as `name="Pet"`. */
export interface Component {
	readonly name: string;
	readonly parameters: ReadonlyMap<string, unknown>;
}

/** The description of one signature. */
export interface Description {
	readonly components: readonly Component[];
	readonly parameters: ReadonlyMap<string, unknown>;
}

type Dictionary = ReturnType<typeof parseDictionary>;

function dictionaryOrNull(text: string): Dictionary | null {
	try {
		return parseDictionary(text);
	} catch {
		return null;
	}
}

/** A later member of a dictionary replaces an earlier one of its name; here that is refused. */
function dictionaryIn(text: string): Dictionary {
	const dictionary = dictionaryOrNull(text);
	demand(dictionary !== null, 'bad_signature');
	const names = [...text.matchAll(/(?:^|,)\s*([a-z*][\w.*-]*)\s*=/g)].map(([, name]) => name);
	demand(new Set(names).size === names.length, 'duplicate_field');
	return dictionary;
}

/** The members of a dictionary that are byte sequences. */
export function bytesIn(text: string): ReadonlyMap<string, Buffer> {
	const found = new Map<string, Buffer>();
	for (const [label, [value]] of dictionaryIn(text)) {
		if (isArrayBuffer(value)) found.set(label, Buffer.from(value));
	}
	return found;
}

/** The members of a `Signature-Input` header. */
export function descriptionsIn(text: string): ReadonlyMap<string, Description> {
	const found = new Map<string, Description>();
	for (const [label, [items, parameters]] of dictionaryIn(text)) {
		demand(Array.isArray(items), 'bad_signature');
		const components = items.map(([name, own]) => {
			demand(typeof name === 'string', 'bad_signature');
			return { name, parameters: own };
		});
		found.set(label, { components, parameters });
	}
	return found;
}
