/**
 * The target of the link with a relation, in a Link header; `null` when there is none.
 *
 * @see RFC 8288 section 3; relation types are compared without regard to case
 */
export function linkTarget(header: string, relation: string): string | null {
	for (const [, target, params = ''] of header.matchAll(
		/<([^>]*)>((?:\s*;\s*[^,;"]+(?:"(?:[^"\\]|\\.)*")?)*)/g,
	)) {
		const rel = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,]+))/i.exec(params);
		const relations = (rel?.[1] ?? rel?.[2] ?? '').toLowerCase().split(/\s+/);
		if (target !== undefined && relations.includes(relation.toLowerCase())) return target;
	}
	return null;
}
