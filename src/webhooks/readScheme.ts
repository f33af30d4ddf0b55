import { parseTemplateOrNull } from './content';
import { schemeSchema, type Scheme } from './scheme';

/** What is wrong with a custom scheme, sentence by sentence, or the scheme. */
export function readScheme(
	data: unknown,
): { scheme: Scheme } | { problems: { field: string; message: string }[] } {
	const read = schemeSchema.safeParse(data);
	if (!read.success) {
		const problems = read.error.issues.map((issue) => ({
			field: issue.path.join('.') || 'scheme',
			message: issue.message,
		}));
		return { problems };
	}
	const problems = faultsOf(read.data);
	return problems.length > 0 ? { problems } : { scheme: read.data };
}

/** Fields that are each right and contradict each other. */
function faultsOf(scheme: Scheme): { field: string; message: string }[] {
	if (scheme.type !== 'signature') return [];
	const parts = parseTemplateOrNull(scheme.content) ?? [];
	const has = (token: string) => parts.some((part) => part.kind === token);
	const found: [string, string | false][] = [
		[
			'content',
			has('timestamp') &&
				scheme.timestamp === undefined &&
				'The content has {timestamp}, but the scheme does not say where the timestamp is.',
		],
		[
			'content',
			has('id') &&
				scheme.deliveryId === undefined &&
				'The content has {id}, but the scheme does not say where the id is.',
		],
		[
			'content',
			has('secret') !== (scheme.algorithm === 'sha256-concat') &&
				'The content holds {secret} with the algorithm sha256-concat, and with no other.',
		],
		[
			'content',
			has('item') !== (scheme.each !== undefined) &&
				'Fields of {item…} and the list of items, each, belong together.',
		],
		[
			'content',
			!parts.some(({ kind }) => kind !== 'text' && kind !== 'secret' && kind !== 'timestamp') &&
				'The content covers nothing of the request. Add {body}.',
		],
		[
			'timestamp',
			scheme.timestamp !== undefined &&
				'pair' in scheme.timestamp &&
				!(scheme.format.style === 'pairs' && scheme.format.timestampKey !== undefined) &&
				'The timestamp is one of the pairs, but the format names no timestampKey.',
		],
	];
	return found.flatMap(([field, message]) => (message === false ? [] : [{ field, message }]));
}
