import type { IExecuteFunctions } from 'n8n-workflow';
import { keysetOf } from '../../src/kinds/keyset';
import { SealboxError } from '../../src/sealing/error';
import type { Sealing } from '../../src/sealing/itemFields';
import { holdsValueForName, listOf, type Selection } from '../../src/sealing/selection';

/** What the user wrote, in the words of src/sealing. */

/** The fields that an operation works on. */
export function selectionOf(context: IExecuteFunctions, item: number): Selection {
	const by = context.getNodeParameter('fieldsBy', item) as Selection['by'];
	if (by === 'all') return { by };
	if (by === 'name') return { by, patterns: entriesOf(context, 'names', 'Names', item) };
	const mayMiss = context.getNodeParameter('ignoreMissing', item) as boolean;
	return { by, paths: entriesOf(context, 'paths', 'Paths', item), mayMiss };
}

/** A list that must not be empty: an empty one would do nothing and look as if it had worked. */
export function entriesOf(
	context: IExecuteFunctions,
	parameter: string,
	label: string,
	item: number,
): string[] {
	const entries = listOf(String(context.getNodeParameter(parameter, item) ?? ''));
	if (entries.length === 0) {
		throw new SealboxError('ERR_PATH_INVALID', `${label} is empty. Write at least one field.`);
	}
	const isExpression = String(context.getNode().parameters[parameter] ?? '').startsWith('=');
	if (!isExpression || !holdsValueForName(context.getInputData()[item]?.json, entries)) {
		return entries;
	}
	throw new SealboxError(
		'ERR_PATH_INVALID',
		`${label} is an expression that gives the value of a field. Write the name of the field itself, without an expression.`,
	);
}

/** The keys of the credential and the context, for one item: both may hold expressions. */
export async function sealingOf(context: IExecuteFunctions, item: number): Promise<Sealing> {
	const credential = await context.getCredentials('sealboxSealingKeysApi', item);
	return {
		keyset: await keysetOf(credential),
		context: String(context.getNodeParameter('context', item) ?? ''),
	};
}
