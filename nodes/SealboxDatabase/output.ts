import type {
	IBinaryData,
	IBinaryKeyData,
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	IPairedItemData,
} from 'n8n-workflow';
import type { FileFormat, FileSink } from '../../src/database/file';
import type { Result } from '../../src/database/work';
import type { Parameters } from '../parameters';
import { option } from './parameters';
import type { Stored } from '../../src/database/settle';

/** The files of one run, by item. */
export class Files {
	readonly #files = new Map<number, IBinaryData>();

	constructor(readonly context: IExecuteFunctions) {}

	/** Where the rows of an item go, or nothing when they become items. */
	sinkOf(parameters: Parameters, item: number): { file?: FileSink } {
		const format = option<string>(parameters, 'output', 'items');
		if (format !== 'csv' && format !== 'jsonl') return {};
		const save: FileSink['save'] = async (stream) => {
			const { prepareBinaryData } = this.context.helpers;
			this.#files.set(item, await prepareBinaryData(stream, `rows.${format}`, MEDIA_TYPES[format]));
		};
		return { file: { format, save } };
	}

	/** Puts each file into the item that tells of it. */
	attach(items: INodeExecutionData[]): INodeExecutionData[] {
		if (this.#files.size === 0) return items;
		return items.map((item) => {
			const { item: index } = item.pairedItem as { item: number };
			const file = this.#files.get(index);
			return file === undefined ? item : { ...item, binary: { ...item.binary, data: file } };
		});
	}
}

const MEDIA_TYPES: Record<FileFormat, string> = {
	csv: 'text/csv',
	jsonl: 'application/jsonl',
};

/** Rows as items. Those of one item share what pairs them with it. */
export function itemsOf({ stored }: Result): INodeExecutionData[] {
	let last: Stored['item'] | undefined;
	let pairedItem: IPairedItemData | IPairedItemData[] = [];
	return stored.map(({ item, row }) => {
		if (item !== last) pairedItem = pairOf(item);
		last = item;
		return { json: row as IDataObject, pairedItem };
	});
}

const pairOf = (item: Stored['item']) =>
	typeof item === 'number' ? { item } : item.map((one) => ({ item: one }));

/** Rows as items whose columns with bytes are files of the same name. */
export async function itemsWithFiles(
	context: IExecuteFunctions,
	result: Result,
): Promise<INodeExecutionData[]> {
	const items = itemsOf(result);
	if (result.bytes.size === 0) return items;
	return await Promise.all(items.map(async (item) => await withFiles(context, item, result.bytes)));
}

async function withFiles(
	context: IExecuteFunctions,
	item: INodeExecutionData,
	columns: ReadonlySet<string>,
): Promise<INodeExecutionData> {
	const binary: IBinaryKeyData = {};
	const json = { ...item.json };
	for (const column of columns) {
		const value = json[column];
		if (typeof value !== 'string') continue;
		delete json[column];
		binary[column] = await context.helpers.prepareBinaryData(Buffer.from(value, 'base64'), column);
	}
	return { ...item, json, binary };
}
