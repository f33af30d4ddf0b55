import type { IExecuteFunctions } from 'n8n-workflow';
import { setAt } from '../../src/http/jsonPath';
import type { Content, FileSource, HttpRequest, Part } from '../../src/http/message';
import { pairsOf, withQuery, type ArrayFormat } from '../../src/http/query';
import { assertHeaders, assertHostHeader, parseTarget } from '../../src/http/target';
import { SealboxError } from '../../src/sealing/error';
import type { Parameters } from '../parameters';

interface Row {
	name: string;
	value?: unknown;
	parameterType?: string;
	inputDataFieldName?: string;
}

/** The request that the parameters of one item describe. No credential is in it. */
export function requestOf(parameters: Parameters, item: number): HttpRequest {
	const url = withQuery(parseTarget(parameters.get('url', item, '')), queryOf(parameters, item));
	const headers = headersOf(parameters, item);
	assertHeaders(headers);
	assertHostHeader(headers, url);
	const content = contentOf(parameters, item);
	const method = parameters.get('method', item, 'GET').toUpperCase();
	if (!/^[A-Z]+$/.test(method)) throw invalid('Method has to be one word, such as GET or POST.');
	return { method, url, headers, ...(content !== undefined && { content }) };
}

function queryOf(parameters: Parameters, item: number): [string, string][] {
	if (!parameters.get('sendQuery', item, false)) return [];
	const format = parameters.get<ArrayFormat>('options.queryParameterArrays', item, 'brackets');
	return pairsOf(fieldsOf(parameters, item, QUERY), format);
}

function headersOf(parameters: Parameters, item: number): Record<string, string> {
	if (!parameters.get('sendHeaders', item, false)) return { accept: ACCEPT };
	const isLower = parameters.get('options.lowercaseHeaders', item, true);
	const fields = Object.entries(fieldsOf(parameters, item, HEADERS)).map(([name, value]) => [
		isLower ? name.toLowerCase() : name,
		[value].flat().map(String).join(', '),
	]);
	const given: Record<string, string> = Object.fromEntries(fields);
	const accepts = Object.keys(given).some((name) => name.toLowerCase() === 'accept');
	return accepts ? given : { accept: ACCEPT, ...given };
}

const ACCEPT = 'application/json, text/*;q=0.9, */*;q=0.8';

const QUERY = {
	specify: 'specifyQuery',
	rows: 'queryParameters',
	json: 'jsonQuery',
	label: 'Query Parameters',
};
const HEADERS = {
	specify: 'specifyHeaders',
	rows: 'headerParameters',
	json: 'jsonHeaders',
	label: 'Headers',
};

function fieldsOf(
	parameters: Parameters,
	item: number,
	names: typeof QUERY,
): Record<string, unknown> {
	if (parameters.choice(names.specify, item, 'keypair') === 'json') {
		const { value } = jsonOf(parameters.get<unknown>(names.json, item, ''), names.label);
		if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
		throw invalid(`${names.label}: the JSON has to be an object, e.g. { "name": "value" }.`);
	}
	return collected(rowsOf(parameters, item, names.rows));
}

const rowsOf = (parameters: Parameters, item: number, name: string): Row[] =>
	parameters.get<Row[]>(`${name}.parameters`, item, []).filter((row) => row.name !== '');

/** Rows as fields; a name that stands twice becomes a list. */
function collected(rows: readonly Row[]): Record<string, unknown> {
	const fields = new Map<string, unknown[]>();
	for (const { name, value } of rows) fields.set(name, [...(fields.get(name) ?? []), value]);
	return Object.fromEntries(
		[...fields].map(([name, all]) => [name, all.length > 1 ? all : all[0]]),
	);
}

function contentOf(parameters: Parameters, item: number): Content | undefined {
	if (!parameters.get('sendBody', item, false)) return undefined;
	switch (parameters.choice('contentType', item, 'json')) {
		case 'form-urlencoded':
			return { type: 'form', fields: formOf(parameters, item) };
		case 'multipart-form-data':
			return { type: 'multipart', parts: partsOf(parameters, item) };
		case 'binaryData': {
			const field = parameters.get('inputDataFieldName', item, '');
			return { type: 'file', file: fileOf(parameters.context, item, field) };
		}
		case 'raw':
			return {
				type: 'text',
				text: textOf(parameters.get<unknown>('body', item, '')),
				mediaType: parameters.get('rawContentType', item, ''),
			};
		default:
			return jsonContent(parameters, item);
	}
}

function jsonContent(parameters: Parameters, item: number): Content {
	if (parameters.choice('specifyBody', item, 'keypair') === 'json') {
		return { type: 'json', ...jsonOf(parameters.get<unknown>('jsonBody', item, ''), 'Body') };
	}
	const value: Record<string, unknown> = {};
	for (const row of rowsOf(parameters, item, 'bodyParameters')) setAt(value, row.name, row.value);
	return { type: 'json', value };
}

function formOf(parameters: Parameters, item: number): [string, string][] {
	if (parameters.choice('specifyBody', item, 'keypair') === 'string') {
		return [...new URLSearchParams(textOf(parameters.get<unknown>('body', item, '')))];
	}
	return pairsOf(collected(rowsOf(parameters, item, 'bodyParameters')), 'repeat');
}

function partsOf(parameters: Parameters, item: number): Part[] {
	return rowsOf(parameters, item, 'bodyParameters').map((row) =>
		row.parameterType === 'formBinaryData'
			? { name: row.name, value: fileOf(parameters.context, item, row.inputDataFieldName ?? '') }
			: { name: row.name, value: textOf(row.value) },
	);
}

/** A file of the input item: from the host's store when it is kept there, else from the item. */
function fileOf(context: IExecuteFunctions, item: number, field: string): FileSource {
	const binary = context.getInputData()[item]?.binary?.[field];
	if (binary === undefined) {
		throw invalid(
			`The input item has no file in the field "${field}". Check Input Data Field Name.`,
		);
	}
	const { id, data, mimeType, fileName, bytes } = binary;
	const inItem = id === undefined ? Buffer.from(data, 'base64') : null;
	const length = inItem?.length ?? bytes;
	return {
		mediaType: mimeType || 'application/octet-stream',
		...(fileName !== undefined && { fileName }),
		...(length !== undefined && { length }),
		open: async () => inItem ?? (await context.helpers.getBinaryStream(id as string)),
	};
}

function jsonOf(given: unknown, label: string): { value: unknown; text?: string } {
	if (typeof given !== 'string') return { value: given };
	const parsed = parsedOrNull(given);
	if (parsed !== null) return { value: parsed.value, text: given };
	throw invalid(`${label}: the JSON is not valid. Check quotes, commas and brackets.`);
}

/** `null` for text that is no JSON; the parser's message would quote it. */
function parsedOrNull(text: string): { value: unknown } | null {
	try {
		return { value: JSON.parse(text) };
	} catch {
		return null;
	}
}

const textOf = (value: unknown): string =>
	typeof value === 'string'
		? value
		: typeof value === 'object'
			? JSON.stringify(value)
			: String(value);

const invalid = (sentence: string) => new SealboxError('ERR_REQUEST_INVALID', sentence);
