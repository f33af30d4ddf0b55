/** A link, and its parameters up to the next comma that is not quoted. */
const LINK = /<([^>]*)>((?:[^,"]|"(?:[^"\\]|\\.)*")*)/g;
const PARAMETER = /;\s*([^\s=;,"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*))/g;

/**
 * The target of the link with a relation, in a Link header; `null` when there is none.
 *
 * @see RFC 8288 section 3; relation types are compared without regard to case
 */
export function linkTarget(header: string, relation: string): string | null {
	for (const [, target = '', parameters = ''] of header.matchAll(LINK)) {
		const rel = [...parameters.matchAll(PARAMETER)].find(
			([, name]) => name?.toLowerCase() === 'rel',
		);
		const relations = (rel?.[2] ?? rel?.[3] ?? '').toLowerCase().split(/\s+/);
		if (relations.includes(relation.toLowerCase())) return target;
	}
	return null;
}
