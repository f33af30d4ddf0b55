import {
	NodeOperationError,
	type FieldType,
	type ILoadOptionsFunctions,
	type INodeListSearchResult,
	type INodePropertyOptions,
	type ResourceMapperFields,
} from 'n8n-workflow';
import type { Column } from '../../../src/database/catalogue';
import type { Loan } from '../../../src/database/lend';
import { sentenceOf } from '../../connectionFailure';
import { editorAccess } from '../access';
import { chosen } from '../parameters';

/** The lists that the editor offers. They hold names of schemas, tables and columns, never data. */

const LIST_TIMEOUT_MS = 10_000;

async function listing<T>(
	context: ILoadOptionsFunctions,
	work: (loan: Loan, catalogue: typeof import('../../../src/database/catalogue')) => Promise<T>,
): Promise<T> {
	const { lend } = await import('../../../src/database/lend');
	const catalogue = await import('../../../src/database/catalogue');
	try {
		const access = await editorAccess(context);
		return await lend(
			access,
			{ timeoutMs: LIST_TIMEOUT_MS },
			async (loan) => await work(loan, catalogue),
		);
	} catch (error) {
		throw new NodeOperationError(context.getNode(), sentenceOf(error));
	}
}

/** What is chosen at the moment; what an expression comes to is known in a run only. */
function chosenNow(context: ILoadOptionsFunctions, name: string): string {
	const value = chosen(context.getCurrentNodeParameter(name));
	return value.startsWith('=') ? '' : value;
}

const asResults = (names: readonly string[], filter = ''): INodeListSearchResult => ({
	results: names
		.filter((name) => name.toLowerCase().includes(filter.toLowerCase()))
		.map((name) => ({ name, value: name })),
});

export async function searchSchemas(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const names = await listing(this, async (loan, { schemasOf }) => await schemasOf(loan));
	return asResults(names, filter);
}

export async function searchTables(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const schema = chosenNow(this, 'schema');
	const names = await listing(this, async (loan, { tablesOf }) => await tablesOf(loan, schema));
	return asResults(names, filter);
}

export async function listColumns(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const columns = await columnsOfTable(this);
	return columns.map(({ name }) => ({ name, value: name }));
}

export async function columnsToMap(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	const columns = await columnsOfTable(this);
	return {
		fields: columns.map((column) => ({
			id: column.name,
			displayName: column.name,
			required: !column.isOptional && !column.isComputed,
			defaultMatch: column.name === 'id' && column.isKey,
			display: !column.isComputed,
			type: fieldTypeOf(column),
			canBeUsedToMatch: true,
		})),
	};
}

const columnsOfTable = async (context: ILoadOptionsFunctions): Promise<readonly Column[]> => {
	const table = { schema: chosenNow(context, 'schema'), name: chosenNow(context, 'table') };
	if (table.name === '') return [];
	const { quotedTable } = await import('../../../src/database/names');
	return await listing(
		context,
		async (loan, { columnsOf }) => await columnsOf(loan, table, quotedTable(loan.engine, table)),
	);
};

const FIELD_TYPES: readonly (readonly [RegExp, FieldType])[] = [
	[/^(bool|boolean)$/, 'boolean'],
	[/^(int\d?|integer|smallint|tinyint|mediumint|float\d?|real|double.*|year)$/, 'number'],
	[/^(timestamp.*|datetime)$/, 'dateTime'],
	[/^jsonb?$/, 'object'],
	[/^array$/, 'array'],
];

/** Text for all others: bigint and decimal have more digits than the editor's numbers. */
const fieldTypeOf = ({ type }: Column): FieldType =>
	FIELD_TYPES.find(([pattern]) => pattern.test(type))?.[1] ?? 'string';
