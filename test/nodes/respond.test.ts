import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { run } from '../../nodes/SealboxRespond/run';
import { provideRunSecrets, type RunSecrets } from '../../src/host/runSecrets';
import { triggers } from '../../src/host/webhooks';

/** What leaves with an answer where somebody knows the secrets of the run. */

const CANARY = 'CANARY-8d1f';
const hidden = (value: unknown): unknown =>
	JSON.parse(JSON.stringify(value).replaceAll(CANARY, '[sealed]'));
/** Knows one secret, of the run `r1`. */
const knowing: RunSecrets = {
	hide: (execution, value) => {
		if (execution !== 'r1') return null;
		return JSON.stringify(value).includes(CANARY) ? (hidden(value) as typeof value) : value;
	},
	isIn: (execution, bytes) => execution !== 'r1' || bytes.includes(CANARY),
};
const nobody = undefined as unknown as RunSecrets;

let folder: string;
const before = { ...process.env };
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'sealbox-respond-'));
	process.env.N8N_USER_FOLDER = folder;
});
afterAll(() => {
	process.env = before;
	provideRunSecrets(nobody);
	rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => provideRunSecrets(knowing));

interface Scene {
	parameters?: Record<string, unknown>;
	items?: INodeExecutionData[];
	execution?: string;
	responseMode?: string;
	continues?: boolean;
	/** Of files that the host stores. */
	stored?: { bytes: Buffer; size?: number };
}

async function answered({
	parameters = {},
	items = [{ json: { key: CANARY } }],
	execution = 'r1',
	responseMode = 'responseNode',
	continues = false,
	stored,
}: Scene) {
	const sent: { statusCode: number; headers: object; body: unknown }[] = [];
	const hints: string[] = [];
	const context = {
		getInputData: () => items,
		getNode: () => ({ id: 'n1', name: 'Respond', type: 'sealboxRespond', typeVersion: 1 }),
		getWorkflow: () => ({ id: 'w1' }),
		getExecutionId: () => execution,
		getParentNodes: () => [{ name: 'Trigger', disabled: false, parameters: { responseMode } }],
		getNodeParameter: (name: string, _item: number, fallback: unknown) =>
			parameters[name] ?? fallback,
		continueOnFail: () => continues,
		addExecutionHints: ({ message }: { message: string }) => hints.push(message),
		sendResponse: (response: (typeof sent)[number]) => Promise.resolve(sent.push(response)),
		helpers: {
			getBinaryMetadata: () => Promise.resolve({ fileSize: stored?.size ?? stored?.bytes.length }),
			getBinaryStream: () => Promise.resolve(Readable.from([stored?.bytes])),
			binaryToBuffer: (stream: Readable) => buffer(stream),
		},
	} as unknown as IExecuteFunctions;
	const outcome = await run(context).catch((error: Error) => error);
	return { sent, hints, outcome };
}
const refusalOf = ({ outcome }: { outcome: unknown }) =>
	outcome instanceof Error ? outcome.message : 'not refused';

test('text, JSON and headers lose what the run knows; the node says so', async () => {
	const headers = { entries: [{ name: 'x-key', value: CANARY }] };
	const { sent, hints } = await answered({ parameters: { options: { headers } } });
	expect(sent).toMatchObject([{ headers: { 'x-key': '[sealed]' }, body: '{"key":"[sealed]"}' }]);
	expect(hints).toHaveLength(1);
	const text = { respondWith: 'text', responseBody: `a ${CANARY}` };
	expect((await answered({ parameters: text })).sent[0]?.body).toBe('a [sealed]');
	const redirect = { respondWith: 'redirect', redirectUrl: `https://example.com/?k=${CANARY}` };
	expect((await answered({ parameters: redirect })).sent[0]?.headers).toEqual({
		location: 'https://example.com/?k=[sealed]',
	});
});

test('an answer without a secret goes out as it is, without a word', async () => {
	const { sent, hints } = await answered({ items: [{ json: { a: 1 } }] });
	expect([sent[0]?.body, hints]).toEqual(['{"a":1}', []]);
});

test('what is asked for goes out, and is on record', async () => {
	const record = jest.spyOn(triggers(), 'record').mockImplementation(() => undefined);
	const options = { letSecretsOut: true };
	expect((await answered({ parameters: { options } })).sent[0]?.body).toBe(`{"key":"${CANARY}"}`);
	await answered({ parameters: { options }, items: [{ json: { a: 1 } }] });
	expect(record.mock.calls).toEqual([
		[
			{
				type: 'webhook.secretAnswered',
				subject: { workflow: 'w1', node: 'n1', execution: 'r1' },
			},
		],
	]);
	record.mockRestore();
});

test('where the run cannot be searched nothing goes out', async () => {
	const result = await answered({ execution: 'unknown' });
	expect(result.sent).toEqual([]);
	expect(refusalOf(result)).toContain('cannot be searched');
});

describe('files', () => {
	const parameters = { respondWith: 'file', binaryField: 'data' };
	const inline = (content: string): INodeExecutionData[] => [
		{
			json: {},
			binary: { data: { data: Buffer.from(content).toString('base64'), mimeType: 'a/b' } },
		},
	];
	const byId: INodeExecutionData[] = [
		{ json: {}, binary: { data: { data: '', id: 'database:1', mimeType: 'a/b' } } },
	];

	test('a clean one is sent; what the host stores by reference', async () => {
		const { sent } = await answered({ parameters, items: inline('abc') });
		expect(sent).toEqual([
			{ statusCode: 200, headers: { 'content-type': 'a/b' }, body: Buffer.from('abc') },
		]);
		const stored = { bytes: Buffer.from('abc') };
		expect((await answered({ parameters, items: byId, stored })).sent[0]?.body).toEqual({
			binaryData: { id: 'database:1' },
		});
	});

	test.each<[string, Scene]>([
		['holds a secret', { items: inline(`x${CANARY}`) }],
		['holds one and is stored', { items: byId, stored: { bytes: Buffer.from(CANARY) } }],
		['is too large', { items: byId, stored: { bytes: Buffer.from('a'), size: 17 * 1024 * 1024 } }],
	])('one that %s is not sent', async (_name, scene) => {
		const result = await answered({ parameters, ...scene });
		expect(result.sent).toEqual([]);
		expect(refusalOf(result)).toContain('Let Secrets Out');
	});
});

test('without a guard nobody knows, and the answer goes out', async () => {
	provideRunSecrets(nobody);
	expect((await answered({})).sent[0]?.body).toBe(`{"key":"${CANARY}"}`);
});

test('a workflow that goes on hands on the error and the code, for each item', async () => {
	const items = [{ json: { a: 1 } }, { json: { a: 2 } }];
	const { outcome, sent } = await answered({ items, responseMode: 'lastNode', continues: true });
	expect(sent).toEqual([]);
	expect(outcome).toEqual(
		[0, 1].map((item) => ({
			json: {
				error: expect.stringContaining('Using Sealbox Respond') as string,
				details: { code: 'ERR_RESPONSE_INVALID' },
			},
			pairedItem: { item },
		})),
	);
});
