import type {
	IBinaryKeyData,
	IDataObject,
	INodeExecutionData,
	IWebhookFunctions,
} from 'n8n-workflow';
import { scrubFile } from '../../src/http/scrubbing';
import { readContent, type ReadContent } from '../../src/webhooks/door/content';
import type { Admittance } from '../../src/webhooks/door/door';
import type { Arrival, Proof } from '../../src/webhooks/door/settings';
import { shown } from '../../src/webhooks/door/shown';
import type { FormFile } from '../../src/webhooks/multipart';
import { listed, optionsOf } from './parameters';

type Admitted = Extract<Admittance, { kind: 'run' }>;

/** What the workflow gets: the request without its secrets, and what was proved about it. */
export async function itemOf(
	context: IWebhookFunctions,
	proof: Proof,
	arrival: Arrival,
	{ proved, address }: Admitted,
	secrets: readonly string[],
): Promise<INodeExecutionData> {
	const { headers, method, path } = context.getRequestObject();
	const options = optionsOf(context);
	const { body, files } = await contentOf(context, arrival, options.binaryData === true);
	const request = {
		method,
		path,
		headers,
		params: context.getParamsData() as IDataObject,
		query: context.getQueryData() as IDataObject,
		body,
	};
	const kept = listed(options.keptHeaders);
	const json = shown(request, { proof, proved, address, kept, secrets }) as IDataObject;
	if (files.size === 0) return { json };
	return { json, binary: await binaryOf(context, files, secrets) };
}

/** The host parses what is plain; vendors have types of their own, and with files it parses nothing. */
async function contentOf(
	context: IWebhookFunctions,
	{ rawBody }: Arrival,
	isUnread: boolean,
): Promise<ReadContent> {
	const type = context.getRequestObject().headers['content-type'] ?? '';
	if (isUnread || /\+json\s*(;|$)/i.test(type)) {
		return await readContent(rawBody ?? new Uint8Array(), type);
	}
	return { body: context.getBodyData() as unknown, files: new Map() };
}

async function binaryOf(
	{ helpers }: IWebhookFunctions,
	files: ReadonlyMap<string, FormFile>,
	secrets: readonly string[],
): Promise<IBinaryKeyData> {
	const needles = secrets.map((value) => ({ name: 'Secret', value }));
	const binary: [string, IBinaryKeyData[string]][] = [];
	for (const [name, { bytes, fileName, type }] of files) {
		const scrubbed = scrubFile(bytes, needles) as Buffer;
		binary.push([name, await helpers.prepareBinaryData(scrubbed, fileName, type)]);
	}
	return Object.fromEntries(binary);
}
