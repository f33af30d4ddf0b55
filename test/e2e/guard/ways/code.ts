import { call, code, node, set } from '../nodes.ts';
import type { NodeOnCanvas } from '../../../../host/client.ts';
import type { Way } from '../walk.ts';

/** Nodes that are given an item with the secret in `headers["x-key"]`. */
const after = (name: string, ...nodes: NodeOnCanvas[]): Way => ({
	name,
	walk: async (stage) =>
		await stage.runBoth(call(stage.url('/echo'), await stage.headerKey()), ...nodes),
});

const KEY = '$json.headers["x-key"]';

export const codeWays: Way[] = [
	after('a Code node gives out a sentence', code(`return { text: 'The key is ' + ${KEY} + '!' }`)),
	after(
		'a Code node prints to the console',
		code(`console.log('Key', ${KEY}); return { done: true }`),
	),
	after(
		'a Code node prints an object and an error',
		code(`console.error({ key: ${KEY} }, new Error(${KEY})); return { done: true }`),
	),
	after(
		'a Code node fails with the secret in its message',
		code(`throw new Error('Bad: ' + ${KEY})`),
	),
	after(
		'a Code node goes on with the error of each item',
		node(
			'Code',
			'code',
			2,
			{ mode: 'runOnceForEachItem', jsCode: `throw new Error('Bad: ' + ${KEY})` },
			{ onError: 'continueRegularOutput' },
		),
	),
	after(
		'a Code node encodes',
		code(`const bytes = Buffer.from('user:' + ${KEY});
			return { hex: bytes.toString('hex'), base64: bytes.toString('base64'), url: encodeURIComponent(${KEY}) }`),
	),
	after(
		'a Code node makes a binary file',
		code(`return { json: {}, binary: { file: {
			data: Buffer.from('key=' + ${KEY}).toString('base64'), mimeType: 'text/plain', fileName: 'key.txt' } } }`),
	),
	after(
		'a Code node makes a binary file named after the secret',
		code(`return { json: {}, binary: { file: {
			data: Buffer.from('nothing').toString('base64'), mimeType: 'text/plain', fileName: ${KEY}.slice() + '.txt' } } }`),
	),
	after(
		'a Code node nests deep',
		code(`let value = ${KEY}; for (let n = 0; n < 60; n++) value = { [n]: [value] }; return value`),
	),
	after('custom data of the run', code(`$execution.customData.set('key', ${KEY}); return $json`)),
	after(
		'custom data of the run set by a node',
		node('Save', 'executionData', 1.1, {
			operation: 'save',
			dataToSave: { values: [{ key: 'found', value: `={{ ${KEY} }}` }] },
		}),
	),
	after(
		'static data of the workflow',
		code(`$getWorkflowStaticData('global').key = ${KEY}; return $json`),
	),
	after(
		'static data of a node',
		code(`$getWorkflowStaticData('node').keys = [${KEY}]; return $json`),
	),
	after('an expression that fails', set('Set', { number: `={{ ${KEY}.toDateTime() }}` })),
	after(
		'an expression that throws',
		set('Set', { number: `={{ (() => { throw new Error(${KEY}) })() }}` }),
	),
	after('an expression that cannot parse', set('Set', { number: `={{ JSON.parse(${KEY}) }}` })),
	after(
		'an edited field',
		set('Set', { text: `=Key: {{ ${KEY} }}`, url: `={{ ${KEY}.urlEncode() }}` }),
	),
	after(
		'a node that stops with the secret as its error',
		node('Stop', 'stopAndError', 1, { errorMessage: `=No good: {{ ${KEY} }}` }),
	),
	after(
		'a node that stops with an object as its error',
		node('Stop', 'stopAndError', 1, {
			errorType: 'errorObject',
			errorObject: `={{ JSON.stringify({ message: 'No good', key: ${KEY} }) }}`,
		}),
	),
	after(
		'a file made of items',
		node('File', 'convertToFile', 1.1, { operation: 'toJson', mode: 'once', options: {} }),
	),
	after(
		'a file made of base64',
		code(`return { data: Buffer.from(${KEY}).toString('base64') }`),
		node('File', 'convertToFile', 1.1, { operation: 'toBinary', sourceProperty: 'data' }),
	),
	after(
		'a file that is read again',
		node('File', 'convertToFile', 1.1, { operation: 'toJson', mode: 'once', options: {} }),
		code(
			`const bytes = await this.helpers.getBinaryDataBuffer(0, 'data'); return { text: bytes.toString() }`,
		),
	),
	after(
		'lists that are split and put together',
		code(`return { list: [${KEY}, ${KEY}] }`),
		node('Split', 'splitOut', 1, { fieldToSplitOut: 'list', options: {} }),
		node('Aggregate', 'aggregate', 1, { aggregate: 'aggregateAllItemData', options: {} }),
	),
	after(
		'a digest that is no secret beside one that is',
		node('Crypto', 'crypto', 1, { action: 'hash', type: 'SHA256', value: `={{ ${KEY} }}` }),
	),
	after(
		'a table of text',
		node('Table', 'html', 1.2, { operation: 'convertToHtmlTable', options: {} }),
	),
	after('XML', node('Xml', 'xml', 1, { mode: 'jsonToxml', options: {} })),
];
