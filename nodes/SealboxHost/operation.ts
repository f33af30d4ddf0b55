import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { HostApi } from '../../src/hostApi/client';

/** What an operation works with: one item, and the n8n that its credential names. */
export interface Job {
	readonly context: IExecuteFunctions;
	readonly item: number;
	readonly api: HostApi;
	/** The same API, for a question whose answer comes only when a run has ended. */
	readonly patientApi: HostApi;
}

/** The items that come of one. @throws SealboxError when that item has to fail */
export type Operation = (job: Job) => Promise<IDataObject[]>;

/** JSON of the API as items. */
export const items = (...found: ReadonlyArray<object>): IDataObject[] => found as IDataObject[];
