import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCanary } from '../../../host/canary.ts';
import type { NodeOnCanvas } from '../../../host/client.ts';
import { startHost, type Host, type HostOptions } from '../../../host/host.ts';
import { createApiKey } from '../../../host/observe/api.ts';
import { pack } from '../../../host/pack.ts';
import { sealingKeys } from '../../../host/samples.ts';
import { hasPostgres } from '../../../host/servers/postgres.ts';
import { hasRedis } from '../../../host/servers/redis.ts';
import { guarded } from '../../../host/services/routes.ts';
import { startService, type Service } from '../../../host/services/service.ts';
import { describeWith } from '../../servers/required';
import { call, hook, inLine, node, type Stored } from '../guard/nodes.ts';
import { Stage } from '../guard/stage.ts';
import { activateRotation, hostNode } from './rotating.ts';
import type { Hostile } from '../guard/service.ts';

/** A rotation where the guard is on: in a worker of queue mode, and on the oldest n8n that is tested. */

const START_MS = 300_000;
const SCOPES = [
	'credential:read',
	'credential:update',
	'execution:read',
	'execution:list',
	'workflow:read',
];

const rotates = (options: HostOptions) => () => {
	const [earlier, next, bad] = ['earlier', 'next', 'bad'].map((name) =>
		createCanary(name, 'plain'),
	);
	const accepted = new Set([earlier!.value]);
	const sample = sealingKeys();
	let host: Host;
	let stage: Stage;
	let service: Service;
	let header: Stored;
	let keys: Stored;
	let self: Stored;
	let uses: string;

	beforeAll(async () => {
		// A service that tells everything it was sent, whether or not it takes it.
		const me = guarded(({ headers }) => accepted.has(headers['x-key'] ?? ''));
		service = await startService({ '/me': me });
		const packed = mkdtempSync(join(tmpdir(), 'sealbox-rotation-'));
		const { path } = await pack(packed);
		host = await startHost({ ...options, guard: true, tarball: path });
		rmSync(packed, { recursive: true });
		stage = new Stage(host, service as Hostile, 'rotation', new Map());
		header = await stage.headerKey(earlier!.value);
		keys = await stage.credential(sample.type, sample.fields());
		const apiKey = await createApiKey(host.client, 'rotation', SCOPES);
		self = await stage.credential('sealboxHostApi', { baseUrl: host.url, apiKey });
		const called = node('Called', 'executeWorkflowTrigger', 1.1, { inputSource: 'passthrough' });
		uses = await stage.activate(inLine([called, hook('uses')], call(`${service.url}/me`, header)));
	}, START_MS);
	afterAll(async () => {
		await service?.close();
		await host?.stop();
	}, START_MS);

	const ours = (name: string, parameters: Record<string, unknown>): NodeOnCanvas =>
		hostNode(name, parameters, [self, keys]);

	/** In production, so that in queue mode a worker does it. */
	async function rotate(secret: string, path: string) {
		const credentials = [self, keys];
		await activateRotation(stage, { secret, path, header, uses, credentials, sample });
		return await stage.callHook(path);
	}

	test(
		'a new value comes into use, a bad one is taken back, and none of them is left anywhere',
		async () => {
			expect((await stage.callHook('uses')).status).toBe(200);
			accepted.add(next!.value);
			const rotated = await rotate(next!.value, 'good');
			expect(rotated.status).toBe(200);
			expect(JSON.parse(rotated.body)).toMatchObject([{ rotated: true, test: 'passed' }]);
			accepted.delete(earlier!.value);
			expect((await stage.callHook('uses')).status).toBe(200);

			expect((await rotate(bad!.value, 'bad')).status).toBe(500);
			expect((await stage.callHook('uses')).status).toBe(200);
			expect(await host.sightings([earlier!, next!, bad!])).toEqual([]);
		},
		START_MS,
	);

	test(
		'an execution is read with its steps, and the sealed tokens in it stay sealed',
		async () => {
			const [run] = await stage.executionsOf(uses);
			const reading = ours('Read', {
				resource: 'execution',
				operation: 'get',
				executionId: run!.id,
			});
			await stage.activate(inLine([hook('read')], reading));
			const { body } = await stage.callHook('read');
			const [{ steps }] = JSON.parse(body) as [{ steps: { node: string; output: unknown }[] }];
			expect(steps.map((step) => step.node)).toContain('Call');
			expect(body).toContain('sealed.v1.');
			expect(await host.sightings([earlier!, next!, bad!])).toEqual([]);
		},
		START_MS,
	);
};

describeWith('PostgreSQL and Redis', hasPostgres && hasRedis)(
	'in queue mode',
	rotates({ mode: 'queue' }),
);

describe('on n8n 2.35', rotates({ mode: 'regular', version: '2.35.0' }));
