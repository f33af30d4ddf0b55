import {
	listCredentials,
	testCredential,
	transferCredential,
	typed,
} from '../../src/hostApi/credentials';
import { getExecution, listExecutions } from '../../src/hostApi/executions';
import { generate } from '../../src/hostApi/generate';
import { updateWorkflow, workflowsUsing } from '../../src/hostApi/workflows';
import { API_KEY, n8nWith, type Asked } from './n8n';

/** Pages of a list of `count` entries, newest first, as n8n gives them. */
const pages =
	(count: number) =>
	({ query }: Asked) => {
		const limit = Number(query.limit);
		const from = Number(query.cursor ?? 0);
		const ids = Array.from({ length: count }, (_, index) => String(count - index));
		return {
			body: {
				data: ids.slice(from, from + limit).map((id) => ({ id: Number(id), status: 'success' })),
				nextCursor: from + limit < count ? String(from + limit) : null,
			},
		};
	};

const idsOf = (list: ReadonlyArray<{ id: string }>) => list.map(({ id }) => id);

test('executions come newest first, a part of them over as many pages as it takes', async () => {
	const { api, asked } = n8nWith({ 'GET /executions': pages(600) });
	const found = await listExecutions(api, {
		skip: 248,
		limit: 4,
		status: 'success',
		workflowId: 'w',
	});
	expect(idsOf(found)).toEqual(['352', '351', '350', '349']);
	expect(asked.map(({ query }) => query.cursor)).toEqual([undefined, '250']);
	expect(asked[0]!.query).toMatchObject({
		status: 'success',
		workflowId: 'w',
		includeData: 'false',
	});
	expect(asked[0]!.headers['X-N8N-API-KEY']).toBe(API_KEY);
});

test.each([
	[0, 10, 3],
	[2, 10, 1],
	[3, 10, 0],
	[0, Infinity, 3],
])('skip %i and limit %i of three executions are %i', async (skip, limit, count) => {
	const { api } = n8nWith({ 'GET /executions': pages(3) });
	expect(await listExecutions(api, { skip, limit })).toHaveLength(count);
});

test('credentials are picked by type, since the API of n8n has no such filter', async () => {
	const data = ['a', 'b', 'a', 'a'].map((type, id) => ({ id: String(id), type }));
	const { api } = n8nWith({ 'GET /credentials': { body: { data, nextCursor: null } } });
	expect(await listCredentials(api, { type: 'a', skip: 1, limit: 1 })).toEqual([
		{ id: '2', type: 'a' },
	]);
});

test.each([
	[{ status: 'OK', message: 'Connection successful!' }, 'passed'],
	[{ status: 'Error', message: 'No testing function found for this credential.' }, 'untested'],
	[{ status: 'Error', message: 'Unauthorized: hunter2' }, 'refused'],
])('the test %j counts as %s', async (body, outcome) => {
	const { api } = n8nWith({ 'POST /credentials/1/test': { body } });
	expect(await testCredential(api, '1')).toBe(outcome);
});

test('a transfer names the project alone', async () => {
	const { api, asked } = n8nWith({ 'PUT /credentials/1/transfer': { status: 204 } });
	expect(await transferCredential(api, '1', ' p1 ')).toEqual({});
	expect(asked[0]!.body).toEqual({ destinationProjectId: 'p1' });
});

test('values take the types of the fields', () => {
	const types = new Map([
		['port', 'number'],
		['ssl', 'boolean'],
		['value', 'string'],
	]);
	expect(typed({ port: '25', ssl: 'true', value: '42' }, types)).toEqual({
		port: 25,
		ssl: true,
		value: '42',
	});
	expect(typed({ value: 42 }, types)).toEqual({ value: '42' });
	expect(() => typed({ valeu: 'x' }, types)).toThrow('no field valeu');
});

const run = (more: object) => ({
	startTime: 1_000,
	executionTime: 5,
	executionStatus: 'success',
	...more,
});

test('an execution is told in steps, each with what came in and what went out', async () => {
	const runData = {
		Twice: [
			run({
				startTime: 2_000,
				executionTime: 7,
				source: [{ previousNode: 'Split', previousNodeOutput: 1 }, null],
				data: { main: [[{ json: { out: 1 } }]] },
			}),
			run({
				startTime: 3_000,
				executionStatus: 'error',
				error: { message: 'No' },
				source: [{ previousNode: 'Gone' }],
			}),
		],
		Split: [run({ source: [], data: { main: [null, [{ json: { a: 1 } }, {}]] } })],
	};
	const { api } = n8nWith({
		'GET /executions/7': {
			body: {
				id: 7,
				status: 'error',
				workflowId: 'w',
				startedAt: '2026-01-01T00:00:00.000Z',
				stoppedAt: '2026-01-01T00:00:02.500Z',
				data: { resultData: { runData, error: { message: 'No' } } },
				workflowData: { nodes: [] },
			},
		},
	});
	const { details } = await getExecution(api, '7');
	expect(details).toMatchObject({ id: '7', status: 'error', durationMs: 2_500, error: 'No' });
	expect(details).not.toHaveProperty('data');
	expect(details.steps).toEqual([
		{
			node: 'Split',
			run: 0,
			status: 'success',
			startedAt: '1970-01-01T00:00:01.000Z',
			durationMs: 5,
			input: [],
			output: [null, [{ a: 1 }, {}]],
		},
		{
			node: 'Twice',
			run: 0,
			status: 'success',
			startedAt: '1970-01-01T00:00:02.000Z',
			durationMs: 7,
			input: [[{ a: 1 }, {}], null],
			output: [[{ out: 1 }]],
		},
		{
			node: 'Twice',
			run: 1,
			status: 'error',
			startedAt: '1970-01-01T00:00:03.000Z',
			durationMs: 5,
			input: [null],
			output: [],
			error: 'No',
		},
	]);
});

test('an execution without data, or with too much of it, has no steps', async () => {
	const { api } = n8nWith({
		'GET /executions/7': { body: { id: 7, status: 'success', dataTooLargeToDisplay: true } },
	});
	expect((await getExecution(api, '7')).details).toMatchObject({
		steps: [],
		dataTooLarge: true,
		durationMs: null,
	});
});

test('who uses a credential: by the version that is edited and the one that runs, active ones first', async () => {
	const node = (name: string, id: string) => ({ name, credentials: { httpHeaderAuth: { id } } });
	const data = [
		{ id: '1', name: 'Draft', active: false, nodes: [node('A', 'x'), node('B', 'y')] },
		{ id: '2', name: 'Other', active: true, nodes: [{ name: 'C' }] },
		{
			id: '3',
			name: 'Live',
			active: true,
			nodes: [node('D', 'y')],
			activeVersion: { nodes: [node('E', 'x')] },
		},
	];
	const { api, asked } = n8nWith({ 'GET /workflows': { body: { data, nextCursor: null } } });
	expect(await workflowsUsing(api, 'x')).toEqual([
		{ id: '3', name: 'Live', active: true, nodes: [], publishedNodes: ['E'] },
		{ id: '1', name: 'Draft', active: false, nodes: ['A'], publishedNodes: [] },
	]);
	expect(asked[0]!.query.excludePinnedData).toBe('true');
});

test('an update keeps what it does not name, and sends nothing that n8n does not take', async () => {
	const stored = {
		id: '1',
		name: 'Old',
		nodes: [],
		connections: {},
		settings: { timezone: 'UTC' },
	};
	const { api, asked } = n8nWith({
		'GET /workflows/1': { body: { ...stored, active: true, versionId: 'v', shared: [] } },
		'PUT /workflows/1': { body: { ...stored, name: 'New' } },
	});
	await updateWorkflow(api, '1', { name: 'New', id: '1', versionId: 'v', pinData: {} });
	expect(asked[1]!.body).toEqual({
		name: 'New',
		nodes: [],
		connections: {},
		settings: { timezone: 'UTC' },
	});
});

test('a generated value has the length and alphabet that were asked for, and is another each time', () => {
	expect(generate(64, 'hex')).toMatch(/^[0-9a-f]{64}$/);
	expect(generate(16, 'alphanumeric')).toMatch(/^[A-Za-z0-9]{16}$/);
	expect(new Set(Array.from({ length: 100 }, () => generate(16, 'url'))).size).toBe(100);
	for (const length of [15, 4097, 20.5, NaN])
		expect(() => generate(length, 'hex')).toThrow('Length');
	expect(() => generate(20, 'toString')).toThrow('Alphabet');
});
