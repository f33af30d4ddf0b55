import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createCanary } from '../../../host/canary.ts';
import { startHost, type Host } from '../../../host/host.ts';
import { createApiKey } from '../../../host/observe/api.ts';
import { auditLines } from '../../../host/observe/auditTrail.ts';
import { pack } from '../../../host/pack.ts';
import { sealingKeys } from '../../../host/samples.ts';
import { startService, type Service } from '../../../host/services/service.ts';
import { call, hook, inLine, node, type Stored } from '../guard/nodes.ts';
import type { Hostile } from '../guard/service.ts';
import { Stage } from '../guard/stage.ts';
import { activateRotation } from './rotating.ts';

/** An n8n that is killed after a rotation has written the new value, and before its test has an answer. */

const START_MS = 300_000;
const [earlier, half, next] = ['earlier', 'half', 'next'].map((name) =>
	createCanary(name, 'plain'),
);
const sample = sealingKeys();
let host: Host;
let stage: Stage;
let service: Service;
let header: Stored;
let ours: Stored[];
let uses: string;
/** What the service takes; whoever comes with another value waits until the host is killed. */
const accepted = new Set([earlier!.value]);
let isKilled = false;

beforeAll(async () => {
	service = await startService({
		'/me': async ({ headers }) => {
			const isAccepted = accepted.has(headers['x-key'] ?? '');
			while (!isAccepted && !isKilled) await pause(20);
			return { status: isAccepted ? 200 : 401, body: {} };
		},
	});
	const packed = mkdtempSync(join(tmpdir(), 'sealbox-rotation-kill-'));
	const { path } = await pack(packed);
	host = await startHost({ mode: 'regular', guard: true, tarball: path });
	rmSync(packed, { recursive: true });
	stage = new Stage(host, service as Hostile, 'rotation-kill', new Map());
	header = await stage.headerKey(earlier!.value);
	const apiKey = await createApiKey(host.client, 'rotation', [
		'credential:read',
		'credential:update',
		'workflow:read',
	]);
	ours = [
		await stage.credential(sample.type, sample.fields()),
		await stage.credential('sealboxHostApi', { baseUrl: host.url, apiKey }),
	];
	const called = node('Called', 'executeWorkflowTrigger', 1.1, { inputSource: 'passthrough' });
	uses = await stage.activate(inLine([called, hook('uses')], call(`${service.url}/me`, header)));
}, START_MS);
afterAll(async () => {
	isKilled = true;
	await service?.close();
	await host?.stop();
}, START_MS);

/** A workflow that rotates to this value when it is called. */
const rotationTo = async (secret: string, path: string): Promise<void> =>
	await activateRotation(stage, { secret, path, header, uses, credentials: ours, sample });

/** Of the credential's rotations, oldest first. */
function eventsOf(): string[] {
	return auditLines(host.folder)
		.filter((line) => line.includes(`"${header.id}"`))
		.flatMap((line) => /"credential\.(rotat[a-z.]+)"/.exec(line)?.[1] ?? []);
}

async function until(what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
	for (const endMs = Date.now() + 120_000; Date.now() < endMs; await pause(500)) {
		if (await isSo()) return;
	}
	throw new Error(`not within two minutes: ${what}`);
}

test(
	'what it wrote is taken back by the next rotation, also where that one is refused as well',
	async () => {
		await rotationTo(half!.value, 'half');
		await rotationTo(next!.value, 'next');
		expect((await stage.callHook('uses')).status).toBe(200);
		const cut = stage.callHook('half').catch(() => null);
		const isTried = (value: string) =>
			service.received.some((each) => each.headers['x-key'] === value);
		await until('the new value is tried', () => isTried(half!.value));
		await host.restart('kill');
		isKilled = true;
		await cut;
		// It has what the service does not take.
		expect((await stage.callHook('uses')).status).toBe(500);

		// Who died is waited for.
		await until('the next rotation begins', async () => {
			expect((await stage.callHook('next')).status).toBe(500);
			return isTried(next!.value);
		});
		expect((await stage.callHook('uses')).status).toBe(200);
		expect(service.received.at(-1)?.headers['x-key']).toBe(earlier!.value);
		await until('its end is on record', () => eventsOf().length >= 5);
		expect(eventsOf()).toEqual([
			'rotation.started',
			'rotation.interrupted',
			'rotation.undone',
			'rotation.started',
			'rotation.undone',
		]);
		expect(await host.sightings([earlier!, half!, next!])).toEqual([]);
	},
	START_MS,
);
