import type { IExecuteFunctions } from 'n8n-workflow';
import { bindable } from '../../src/database/bind';
import type { Engine, Statement } from '../../src/database/link';
import { invalid } from '../../src/database/names';
import { withValues } from '../../src/database/placeholders';
import type { Parameters } from '../parameters';
import { option } from './parameters';

/** What n8n evaluates inside of a text. */
const EXPRESSION = /\{\{[^]*?\}\}/g;

interface Given {
	readonly value?: unknown;
	readonly type?: string;
}

/** The query of one item, its values beside it. */
export function queryOf(
	context: IExecuteFunctions,
	parameters: Parameters,
	item: number,
	engine: Engine,
): Statement {
	const text = textOf(context, parameters, item);
	if (text.trim() === '') throw invalid('Query is empty. Write the SQL to run.');
	const values = given(parameters, item).map((one, index) =>
		bindable(engine, typed(one, index), `Query Parameter $${index + 1}`),
	);
	return withValues(engine, text, values);
}

/** @throws when an expression would become part of the SQL and nobody has allowed it */
function textOf(context: IExecuteFunctions, parameters: Parameters, item: number): string {
	const raw = String(parameters.raw('query') ?? '');
	const text = raw.startsWith('=') ? raw.slice(1) : raw;
	if (text.search(EXPRESSION) < 0) return text;
	if (!option(parameters, 'allowExpressions', false)) {
		throw invalid(
			'Query holds an expression, whose value would become part of the SQL. Write $1 in its place and put the expression into Query Parameters. For names of tables and columns, turn on Allow Expressions in Query under Options.',
		);
	}
	return text.replace(EXPRESSION, (expression) =>
		String(context.evaluateExpression(expression, item) ?? ''),
	);
}

function given(parameters: Parameters, item: number): readonly Given[] {
	if (parameters.choice('specifyParameters', item, 'fields') === 'fields') {
		return parameters.get<Given[]>('queryParameters.parameters', item, []);
	}
	const json = parameters.get<unknown>('jsonParameters', item, []);
	const list = typeof json === 'string' ? parsed(json) : json;
	if (Array.isArray(list)) return list.map((value: unknown) => ({ value }));
	throw invalid('Query Parameters is not a list in JSON. Write it as in [42, "Ada"].');
}

const parsed = (text: string): unknown => {
	try {
		return JSON.parse(text.trim() === '' ? '[]' : text);
	} catch {
		return null;
	}
};

/** A value as the type that was chosen for it. */
function typed({ value, type = 'asIs' }: Given, index: number): unknown {
	const wrong = (what: string) =>
		invalid(`Query Parameter $${index + 1} is not ${what}. Correct it, or choose another Type.`);
	switch (type) {
		case 'null':
			return null;
		case 'text':
			return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
		case 'number': {
			const number = typeof value === 'string' && value.trim() === '' ? NaN : Number(value);
			if (Number.isNaN(number)) throw wrong('a number');
			return number;
		}
		case 'boolean': {
			if (typeof value === 'boolean') return value;
			const known = { true: true, false: false }[String(value).toLowerCase()];
			if (known === undefined) throw wrong('true or false');
			return known;
		}
		case 'json': {
			if (typeof value !== 'string') return JSON.stringify(value ?? null);
			if (parsed(value) === null && value.trim() !== 'null') throw wrong('valid JSON');
			return value;
		}
		default:
			return value;
	}
}
