import { NodeHelpers, type IExecuteFunctions, type INodeParameters } from 'n8n-workflow';
import { SealboxDatabase } from '../../../nodes/SealboxDatabase/SealboxDatabase.node';
import { queryOf } from '../../../nodes/SealboxDatabase/query';
import { Parameters } from '../../../nodes/parameters';

const node = new SealboxDatabase();

/** As much of the host as reading a query takes; an expression is worth what is told here. */
function hostWith(
	parameters: INodeParameters,
	worth: unknown = 'x; DROP TABLE y',
): IExecuteFunctions {
	const at = (name: string) =>
		name.split('.').reduce<unknown>((value, key) => (value as INodeParameters)?.[key], parameters);
	return {
		getNode: () => ({ parameters }),
		getNodeParameter: (name: string, _item: number, fallback: unknown) => at(name) ?? fallback,
		evaluateExpression: () => worth,
	} as unknown as IExecuteFunctions;
}
const statement = (parameters: INodeParameters, worth?: unknown) => {
	const host = hostWith(parameters, worth);
	return queryOf(host, new Parameters(host), 0, 'postgres');
};
const withParameters = (...parameters: object[]) =>
	statement({ query: 'SELECT 1', queryParameters: { parameters } as never });

test.each([
	'SELECT {{ $json.a }}',
	"SELECT '{{ $json.a }}'",
	'=SELECT {{ $json.a }}',
	'SELECT 1; -- {{\n$json.a }}',
])('an expression in %j is refused, with the way to do it', (query) => {
	expect(() => statement({ query })).toThrow(/Write \$1 in its place/);
});

test('an expression becomes part of the SQL only where that was allowed', () => {
	const options = { allowExpressions: true };
	const query = 'SELECT * FROM {{ $json.table }} WHERE a = $1';
	expect(
		statement({ query, options, queryParameters: { parameters: [{ value: 1 }] } }, 'shop'),
	).toEqual({
		text: 'SELECT * FROM shop WHERE a = $1',
		values: [1],
	});
});

test('a query that was saved as an expression, and is none, is taken as it is', () => {
	expect(statement({ query: '=SELECT 1' }).text).toBe('SELECT 1');
});

test('values are of the type that was chosen', () => {
	const { values } = withParameters(
		{ value: '7' },
		{ value: 7 },
		{ value: '7', type: 'number' },
		{ value: 'true', type: 'boolean' },
		{ value: { a: 1 }, type: 'json' },
		{ value: '{"a":1}', type: 'json' },
		{ value: 'ignored', type: 'null' },
		{ value: 7, type: 'text' },
		{ value: [1, 2] },
		{},
	);
	expect(values).toEqual(['7', 7, 7, true, '{"a":1}', '{"a":1}', null, '7', [1, 2], null]);
});

test.each([
	['seven', 'number', /\$1 is not a number/],
	['', 'number', /\$1 is not a number/],
	['maybe', 'boolean', /\$1 is not true or false/],
	['{', 'json', /\$1 is not valid JSON/],
	[NaN, 'asIs', /\$1 is not a number/],
])('%j as %s is refused by its number', (value, type, sentence) => {
	expect(() => withParameters({ value, type })).toThrow(sentence);
});

test('a list in JSON gives the values; anything else is refused', () => {
	const json = (jsonParameters: string) =>
		statement({ query: 'SELECT 1', specifyParameters: 'json', jsonParameters });
	expect(json('[1, "a", null]').values).toEqual([1, 'a', null]);
	expect(json('').values).toEqual([]);
	expect(() => json('{"a": 1}')).toThrow(/not a list in JSON/);
	expect(() => json('[1')).toThrow(/not a list in JSON/);
});

test('the editor warns as soon as there is an expression in the query', () => {
	const notice = node.description.properties.find(({ name }) => name === 'splicedNotice');
	const shown = (query: string) =>
		NodeHelpers.displayParameter(
			{ operation: 'executeQuery', query },
			notice as never,
			{ typeVersion: 1 },
			node.description,
		);
	expect(shown('SELECT {{ $json.a }}')).toBe(true);
	expect(shown('SELECT $1')).toBe(false);
});
