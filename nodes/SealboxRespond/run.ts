import {
	NodeOperationError,
	type IBinaryData,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';
import { isSealboxError, SealboxError } from '../../src/sealing/error';
import {
	answerBody,
	answerHeaders,
	answerJson,
	answerLocation,
	answerStatus,
	type Answer,
	type Content,
	type HeaderRow,
} from '../../src/webhooks/answer';
import { withoutSecrets } from './secrets';

interface Options {
	readonly headers?: { entries?: HeaderRow[] };
	readonly letSecretsOut?: boolean;
	readonly status?: number;
}

/** Answers the caller, once for all items, and hands the items on. */
export async function run(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const items = context.getInputData();
	try {
		assertSomebodyWaits(context);
		const options = context.getNodeParameter('options', 0, {}) as Options;
		const said = answerOf(context, options);
		const answer = await withoutSecrets(context, said, options.letSecretsOut === true);
		const { statusCode, headers, content } = answer;
		await context.sendResponse({ statusCode, headers, body: answerBody(content) });
	} catch (error) {
		const { code, message } = failureOf(error);
		if (!context.continueOnFail()) {
			throw new NodeOperationError(context.getNode(), message, { description: `Code: ${code}` });
		}
		return items.map((_, item) => ({
			json: { error: message, details: { code } },
			pairedItem: { item },
		}));
	}
	return items.map((item, index) => ({ ...item, pairedItem: { item: index } }));
}

/** Only our own sentences are passed on: those of the host may quote an expression or its value. */
const failureOf = (error: unknown): { code: string; message: string } =>
	isSealboxError(error)
		? error
		: {
				code: 'ERR_RESPONSE_INVALID',
				message:
					'The parameters of this node could not be read. Check that its expressions resolve.',
			};

/** Without it the caller would be answered by n8n, and nobody would see why. */
function assertSomebodyWaits(context: IExecuteFunctions): void {
	const before = context.getParentNodes(context.getNode().name, { includeNodeParameters: true });
	const waits = before.some(
		({ disabled, parameters }) => !disabled && parameters?.responseMode === 'responseNode',
	);
	if (waits) return;
	throw new SealboxError(
		'ERR_RESPONSE_INVALID',
		'No node before this one waits for an answer. Set Respond of the Sealbox Webhook Trigger to Using Sealbox Respond.',
	);
}

function answerOf(context: IExecuteFunctions, { headers, status }: Options): Answer {
	const given = answerHeaders(
		(headers?.entries ?? []).map(({ name, value }) => ({
			name: String(name),
			value: String(value),
		})),
	);
	const made = (content: Content, type?: string, usual = 200): Answer => ({
		statusCode: answerStatus(status ?? usual),
		headers: type === undefined ? given : { 'content-type': type, ...given },
		content,
	});
	const json = (value: unknown) => made({ kind: 'json', value }, 'application/json; charset=utf-8');
	const read = (name: string) => context.getNodeParameter(name, 0, '');
	switch (read('respondWith')) {
		case 'allItems':
			return json(context.getInputData().map((item) => item.json));
		case 'json':
			return json(answerJson(read('responseBody')));
		case 'text': {
			const text = String(read('responseBody'));
			return made({ kind: 'text', text }, 'text/plain; charset=utf-8');
		}
		case 'file': {
			const file = fileIn(context, String(read('binaryField')));
			return made(contentOf(file), file.mimeType);
		}
		case 'noData':
			return made(NOTHING, undefined, 204);
		case 'redirect': {
			const location = answerLocation(String(read('redirectUrl')));
			const statusCode = answerStatus(status ?? 302, 300, 399);
			return { statusCode, headers: { ...given, location }, content: NOTHING };
		}
		default:
			return json(context.getInputData()[0]?.json ?? {});
	}
}

const NOTHING: Content = { kind: 'bytes', bytes: Buffer.alloc(0) };

function fileIn(context: IExecuteFunctions, field: string): IBinaryData {
	const file = context.getInputData()[0]?.binary?.[field];
	if (file !== undefined) return file;
	throw new SealboxError(
		'ERR_RESPONSE_INVALID',
		`Input Binary Field: the first item has no file in ${field.slice(0, 100)}.`,
	);
}

/** What the host stores is sent by reference, so that a large file is in nobody's memory. */
const contentOf = ({ id, data }: IBinaryData): Content =>
	id === undefined ? { kind: 'bytes', bytes: Buffer.from(data, 'base64') } : { kind: 'stored', id };
