import type {
	IBinaryKeyData,
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
} from 'n8n-workflow';
import { reasonOf } from '../../src/http/status';
import type { Answer, FileBytes } from '../../src/http/answer';
import { mediaTypeOf } from '../../src/http/decode';
import type { Presigned } from '../../src/kinds';

export interface ItemRules {
	readonly fullResponse: boolean;
	readonly outputField: string;
}

/** What an answer becomes: one item for each entry of a list, else one. Everything is scrubbed already. */
export async function itemsOf(
	context: IExecuteFunctions,
	answer: Answer,
	rules: ItemRules,
	item: number,
): Promise<INodeExecutionData[]> {
	const pairedItem = { item };
	const head = rules.fullResponse ? headOf(answer) : {};
	if (answer.format === 'file') return [await fileItem(context, answer, rules, item)];
	if (answer.format === 'text') {
		return [{ json: { ...head, [rules.outputField]: answer.content as string }, pairedItem }];
	}
	if (rules.fullResponse)
		return [{ json: { body: answer.content as IDataObject, ...head }, pairedItem }];
	return [answer.content].flat().map((entry) => ({ json: asObject(entry), pairedItem }));
}

/** A signed URL, for the nodes that follow; it is meant to be seen by them, so that it is not scrubbed. */
export const presignedItem = (presigned: Presigned, item: number): INodeExecutionData => {
	const { url, method, headers, expiresAtMs } = presigned;
	const expiresAt = new Date(expiresAtMs).toISOString();
	return { json: { url, method, headers, expiresAt }, pairedItem: { item } };
};

/** n8n takes objects only; anything else goes under the name that n8n gives to data. */
const asObject = (entry: unknown): IDataObject =>
	typeof entry === 'object' && entry !== null && !Array.isArray(entry)
		? (entry as IDataObject)
		: entry === null
			? {}
			: { data: entry as IDataObject };

const headOf = ({ response }: Answer): IDataObject => ({
	headers: response.headers as IDataObject,
	statusCode: response.status,
	statusMessage: reasonOf(response.status),
});

async function fileItem(
	context: IExecuteFunctions,
	answer: Answer,
	rules: ItemRules,
	item: number,
): Promise<INodeExecutionData> {
	const input = context.getInputData()[item];
	const file = await context.helpers.prepareBinaryData(
		answer.content as Exclude<FileBytes, Uint8Array>,
		answer.fileName,
		mediaTypeOf(answer.response) || undefined,
	);
	const binary: IBinaryKeyData = { ...input?.binary, [rules.outputField]: file };
	const json = rules.fullResponse ? headOf(answer) : (input?.json ?? {});
	return { json, binary, pairedItem: { item } };
}
