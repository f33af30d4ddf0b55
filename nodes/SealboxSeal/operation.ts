import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

/** Gives the changed fields of one item; throws when that item has to fail. */
export type ApplyToItem = (json: IDataObject, index: number) => Promise<IDataObject>;

/** Gets ready for all items, then takes them one by one. Reports what is wrong with an item only there. */
export type Operation = (
	context: IExecuteFunctions,
	items: readonly INodeExecutionData[],
) => Promise<ApplyToItem>;
