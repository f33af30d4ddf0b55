import type { CredentialView, PropertyView } from './shapes';

/** A credential type as the host has it: its own properties, and what it builds on. */
export interface HostType {
	readonly name: string;
	readonly extends?: readonly string[];
	readonly properties: readonly PropertyView[];
}

/**
 * A credential type with all properties that its credentials may have, its ancestors' first.
 *
 * A property that hides an inherited one of the same name does not replace it: a mark on either
 * counts.
 *
 * @param lookup - gives undefined for a type that is not installed; may throw for it
 * @returns undefined when the type itself is not installed
 */
export function viewOf(
	name: string,
	lookup: (name: string) => HostType | undefined,
): CredentialView | undefined {
	const type = found(name, lookup);
	return type && { name, properties: inherited(type, lookup, new Set()) };
}

function inherited(
	type: HostType,
	lookup: (name: string) => HostType | undefined,
	seen: Set<string>,
): PropertyView[] {
	if (seen.has(type.name)) return [];
	seen.add(type.name);
	const parents = (type.extends ?? []).map((name) => found(name, lookup));
	return [
		...parents.flatMap((parent) => (parent ? inherited(parent, lookup, seen) : [])),
		...type.properties,
	];
}

function found(name: string, lookup: (name: string) => HostType | undefined): HostType | undefined {
	try {
		return lookup(name);
	} catch {
		// The host throws for a type that no installed package has.
		return undefined;
	}
}
