import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Result } from '../../src/database/work';
import type { SealboxError } from '../../src/sealing/error';
import { failedItem, stopError } from '../connectionFailure';
import { Parameters } from '../parameters';
import { groupsOf, type Group } from './access';
import { deleteRows } from './actions/deleteRows.operation';
import { executeQuery } from './actions/executeQuery.operation';
import { select } from './actions/select.operation';
import { writing } from './actions/write.operation';
import type { Operation } from './operation';
import { Files, itemsOf, itemsWithFiles } from './output';
import { inWords, option, rulesOf } from './parameters';

const OPERATIONS: Record<string, Operation> = {
	deleteRows,
	executeQuery,
	insert: writing('insert'),
	select,
	update: writing('update'),
	upsert: writing('upsert'),
};

/** Runs the chosen operation on every item. One bad item never loses the others, where n8n may go on. */
export async function run(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const parameters = new Parameters(context);
	const { groups, unreadable } = await groupsOf(context);
	const failures = new Map<number, unknown>(unreadable);
	const results: INodeExecutionData[] = [];
	const files = new Files(context);
	for (const group of groups) {
		if (failures.size > 0 && !context.continueOnFail()) break;
		const result = await resultOf(context, parameters, group, files);
		for (const [item, error] of result.failures) failures.set(item, error);
		const asFiles = option<string>(parameters, 'binaryData', 'base64') === 'file';
		const items = asFiles ? await itemsWithFiles(context, result) : itemsOf(result);
		results.push(...files.attach(items));
	}
	if (failures.size === 0) return results;
	if (!context.continueOnFail()) throw stopError(context, ...blamed(failures));
	const failed = [...failures].map(([item, error]) => failedItem(error, item));
	return [...results, ...failed].sort((one, other) => firstOf(one) - firstOf(other));
}

/** What happened to the items of one group; without a connection, the same to all of them. */
async function resultOf(
	context: IExecuteFunctions,
	parameters: Parameters,
	{ access, items }: Group,
	files: Files,
): Promise<Result> {
	const operation = OPERATIONS[parameters.choice('operation', 0, 'insert')] as Operation;
	try {
		const rules = rulesOf(context, parameters);
		return await operation({ context, parameters, access, rules, items, files });
	} catch (error) {
		const failures = new Map(items.map((item) => [item, inWords(error)]));
		return { stored: [], failures, bytes: new Set() };
	}
}

/** The failure to report: not one that only follows from another. */
function blamed(failures: ReadonlyMap<number, unknown>): [error: unknown, item: number] {
	const all = [...failures].sort(([one], [other]) => one - other);
	const causes = all.filter(
		([, error]) => (error as SealboxError | undefined)?.code !== 'ERR_STATEMENT_UNDONE',
	);
	const [item, error] = (causes[0] ?? all[0]) as [number, unknown];
	return [error, item];
}

function firstOf({ pairedItem }: INodeExecutionData): number {
	const [first] = [pairedItem].flat();
	return typeof first === 'object' ? first.item : (first ?? 0);
}
