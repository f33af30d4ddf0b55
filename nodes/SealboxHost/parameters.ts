import type { IExecuteFunctions } from 'n8n-workflow';
import type { Range } from '../../src/hostApi/client';
import { SealboxError } from '../../src/sealing/error';

/** What the user wrote, in the words of src/hostApi. */

export const parameter = <T>(context: IExecuteFunctions, name: string, item: number, or: T): T =>
	context.getNodeParameter(name, item, or) as T;

export const textOf = (context: IExecuteFunctions, name: string, item: number): string =>
	String(parameter<unknown>(context, name, item, '') ?? '').trim();

/** The id that was chosen from a list or written. */
export function idOf(
	context: IExecuteFunctions,
	name: 'credentialId' | 'workflowId',
	item: number,
): string {
	const value = context.getNodeParameter(name, item, '', { extractValue: true });
	const id = String(value ?? '').trim();
	if (id !== '') return id;
	const label = name === 'credentialId' ? 'Credential' : 'Workflow';
	throw new SealboxError(
		'ERR_VALUE_INVALID',
		`${label} is empty. Choose one, or check its expression.`,
	);
}

export function rangeOf(context: IExecuteFunctions, item: number): Required<Range> {
	const all = parameter(context, 'returnAll', item, false);
	return {
		skip: numberOf('Skip', parameter<unknown>(context, 'skip', item, 0), 0),
		limit: all ? Infinity : numberOf('Limit', parameter<unknown>(context, 'limit', item, 50), 1),
	};
}

/** A whole number, whatever an expression gave. @throws SealboxError `ERR_VALUE_INVALID` */
export function numberOf(label: string, value: unknown, least: number): number {
	const number = Number(value);
	if (Number.isInteger(number) && number >= least) return number;
	throw new SealboxError('ERR_VALUE_INVALID', `${label} is a whole number from ${least} on.`);
}

/** JSON that stands in a parameter, or an object that an expression gave. */
export function jsonOf(
	context: IExecuteFunctions,
	name: string,
	label: string,
	item: number,
): Record<string, unknown> {
	const value = parameter<unknown>(context, name, item, '');
	const parsed = typeof value === 'string' ? parsedOrNull(value) : value;
	if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
		return parsed as Record<string, unknown>;
	}
	throw new SealboxError(
		'ERR_VALUE_INVALID',
		`${label} is not a JSON object. Check quotes, commas and brackets.`,
	);
}

/** `null` for text that is no JSON; the parser's message would quote it. */
function parsedOrNull(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return null;
	}
}
