import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { INodeExecutionData, ITriggerFunctions, ITriggerResponse } from 'n8n-workflow';
import { SealboxEventsTrigger } from '../../../nodes/SealboxEventsTrigger/SealboxEventsTrigger.node';
import { readTrail } from '../../../src/audit/read';
import { noteDenial } from '../../../src/host/denials';
import { hostEvents } from '../../../src/host/events';
import { processState } from '../../../src/host/sharedState';
import { SealboxError } from '../../../src/sealing/error';

/** The node in the place of n8n: what it is asked to run, with which key, and what it takes for an answer. */

let folder: string;
const open: ITriggerResponse[] = [];

beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'sealbox-trigger-'));
	process.env.N8N_USER_FOLDER = folder;
	process.env.N8N_ENCRYPTION_KEY = 'a key of n8n';
});
afterEach(async () => {
	for (const { closeFunction } of open.splice(0)) await closeFunction?.();
});
afterAll(async () => {
	// What was said last is on record a moment later.
	await pause(500);
	await hostEvents().stop();
	await processState().close();
	rmSync(folder, { recursive: true, maxRetries: 5 });
});

interface Run {
	item: Record<string, unknown>;
	key: string | undefined;
	resolve: () => void;
	reject: (error: Error) => void;
}

interface Deferred {
	promise: Promise<unknown>;
	resolve: (value: unknown) => void;
	reject: (error: Error) => void;
}

function deferred(): Deferred {
	const parts: Partial<Deferred> = {};
	const promise = new Promise<unknown>((resolve, reject) =>
		Object.assign(parts, { resolve, reject }),
	);
	return Object.assign(parts, { promise }) as Deferred;
}

/** n8n, as much of it as a trigger asks for. */
class N8n {
	readonly runs: Run[] = [];

	constructor(private readonly settings: Record<string, unknown> = {}) {}

	async start(mode: 'trigger' | 'manual' = 'trigger', activation = 'activate') {
		const context = {
			getMode: () => mode,
			getActivationMode: () => activation,
			getWorkflow: () => ({ id: 'workflow' }),
			getNode: () => ({ id: 'node', name: 'Trigger', type: 'sealboxEventsTrigger' }),
			getNodeParameter: (name: string, otherwise: unknown) => this.settings[name] ?? otherwise,
			helpers: { createDeferredPromise: deferred },
			emit: (data: INodeExecutionData[][], _response: unknown, done?: Deferred, key?: string) => {
				const resolve = () => done?.resolve(undefined);
				const reject = (error: Error) => done?.reject(error);
				this.runs.push({ item: data[0]?.[0]?.json ?? {}, key, resolve, reject });
			},
		};
		const response = await new SealboxEventsTrigger().trigger.call(
			context as unknown as ITriggerFunctions,
		);
		open.push(response);
		return response;
	}

	async ran(count: number): Promise<Run[]> {
		for (let i = 0; this.runs.length < count && i < 500; i += 1) await pause(10);
		expect(this.runs).toHaveLength(count);
		return this.runs;
	}
}

let number = 0;

async function happens(type: string, body: object): Promise<string> {
	const id = `event-${(number += 1)}`;
	const events = [{ id, type: `credential.${type}`, body: JSON.stringify(body) }];
	await processState().swap({ key: `tests/${id}`, expected: 0, value: '', events });
	return id;
}

const GRANT = { credential: 'hash', label: 'login.example.com', lineage: 'lineage' };

test('an event becomes one item with what to do next, under a key of its own', async () => {
	const n8n = new N8n({ events: ['reauthenticationRequired', 'revoked'] });
	await n8n.start();
	await happens('refreshed', GRANT);
	const reason = 'grant-dead: invalid_grant';
	const eventId = await happens('reauth_required', { ...GRANT, reason, accessToken: 7 });
	const [run] = await n8n.ran(1);
	expect(run?.item).toEqual({
		event: 'reauthenticationRequired',
		time: expect.stringMatching(/^\d{4}-.*Z$/),
		credential: { id: 'hash', kind: 'token', service: 'login.example.com' },
		message: `The token credential for login.example.com needs a person (${reason}). Open it in n8n, and connect it again or paste a new refresh token.`,
		reason,
		eventId,
		lineage: 'lineage',
	});
	expect(run?.key).toMatch(/^sealbox:[0-9a-f]{64}$/);
	run?.resolve();
	await happens('revoked', GRANT);
	expect((await n8n.ran(2))[1]?.key).not.toBe(run?.key);
});

test.each([
	['the service', ' LOGIN.example.com '],
	['the kind', 'basic, Token'],
	['the id', 'x,hash'],
])('only events of chosen credentials, by %s', async (_name, credentials) => {
	const n8n = new N8n({ events: ['refreshed'], options: { credentials } });
	await n8n.start();
	await happens('refreshed', { ...GRANT, credential: 'other', label: 'other', kind: 'jwt' });
	const eventId = await happens('refreshed', GRANT);
	expect((await n8n.ran(1))[0]?.item.eventId).toBe(eventId);
});

test('what n8n has on record is not given out again by the next one, stopped runs included', async () => {
	class ManualExecutionCancelledError extends Error {}
	const settings = { events: ['refreshed'] };
	const n8n = new N8n(settings);
	const { closeFunction } = await n8n.start();
	await happens('refreshed', GRANT);
	await happens('refreshed', GRANT);
	const [first, second] = await n8n.ran(2);
	first?.reject(new ManualExecutionCancelledError());
	second?.resolve();
	await pause(50);
	await closeFunction?.();
	const next = new N8n(settings);
	await next.start('trigger', 'init');
	const eventId = await happens('refreshed', GRANT);
	expect((await next.ran(1))[0]?.item.eventId).toBe(eventId);
});

test('a run that n8n did not accept is tried again by the next one, under its key', async () => {
	const settings = { events: ['refreshed'] };
	const n8n = new N8n(settings);
	const { closeFunction } = await n8n.start();
	await happens('refreshed', GRANT);
	const [run] = await n8n.ran(1);
	run?.reject(new Error('the database of n8n is away'));
	await closeFunction?.();
	const next = new N8n(settings);
	await next.start('trigger', 'update');
	expect((await next.ran(1))[0]?.key).toBe(run?.key);
});

test('in the editor the latest event is shown, or the next one', async () => {
	const latest = await happens('revoked', GRANT);
	const n8n = new N8n({ events: ['revoked'] });
	await (await n8n.start('manual')).manualTriggerFunction?.();
	expect((await n8n.ran(1))[0]?.item.eventId).toBe(latest);

	const waiting = new N8n({ events: ['rotated'] });
	const shown = (await waiting.start('manual')).manualTriggerFunction?.();
	const next = await happens('rotated', { credential: 'id', name: 'Billing', kind: 'apiKey' });
	await shown;
	expect((await waiting.ran(1))[0]?.item).toMatchObject({ event: 'rotated', eventId: next });
	const stopped = await new N8n({ events: ['accessDenied'] }).start('manual');
	const ended = stopped.manualTriggerFunction?.();
	await stopped.closeFunction?.();
	await ended;
});

test('a denial is told once for a node and a credential, and is on record', async () => {
	const n8n = new N8n({ events: ['accessDenied'] });
	await n8n.start();
	const where = {
		getNode: () => ({
			id: 'n',
			name: 'Request',
			credentials: { sealboxBearerApi: { id: 'c', name: 'Billing' } },
		}),
		getWorkflow: () => ({ id: 'w' }),
	} as unknown as Parameters<typeof noteDenial>[2];
	const denial = new SealboxError('ERR_DESTINATION_REFUSED', 'canary');
	for (let i = 0; i < 5; i += 1) noteDenial(denial, 'sealboxBearerApi', where);
	noteDenial(new SealboxError('ERR_RESPONSE_STATUS', 'canary'), 'sealboxBearerApi', where);
	const [run] = await n8n.ran(1);
	expect(run?.item).toMatchObject({
		event: 'accessDenied',
		credential: { id: 'c', name: 'Billing', kind: 'bearer' },
		workflow: { id: 'w', node: 'Request' },
		reason: 'ERR_DESTINATION_REFUSED',
	});
	const audit = join(folder, '.n8n', 'sealbox', 'audit');
	const denied = async () => await readTrail(audit, { type: 'credential.denied' });
	for (let i = 0; (await denied()).length === 0 && i < 200; i += 1) await pause(20);
	expect(await denied()).toMatchObject([
		{ subject: { event: run?.item.eventId, credential: 'c' } },
	]);
	expect(JSON.stringify([n8n.runs, await denied()])).not.toContain('canary');
});

test('a trigger without an event says so', async () => {
	await expect(new N8n({ events: [] }).start()).rejects.toThrow(/Choose at least one/);
});
