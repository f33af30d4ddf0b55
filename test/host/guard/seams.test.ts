import { HIDDEN } from '../../../src/host/guard/guard';
import type { Host } from '../../../src/host/guard/host';
import { activation } from '../../../src/host/guard/seams/activation';
import { editor } from '../../../src/host/guard/seams/editor';
import { jobFailures } from '../../../src/host/guard/seams/queue';
import { records } from '../../../src/host/guard/seams/records';
import { telemetry } from '../../../src/host/guard/seams/telemetry';
import { CREDENTIAL, openRoom, stored, WORKFLOW, type Room } from './room';

const SECRET = 'hunter-of-7-seas!';

/** A host whose classes are a test's. */
const hostOf = (...classes: (new () => object)[]): Host => {
	const module = Object.fromEntries(classes.map((type) => [type.name, type]));
	return {
		own: () => module,
		classOf: (from: Record<string, unknown>, name: string) => from[name],
	} as unknown as Host;
};

/** The methods of an instance, to be called as the host calls them. */
const methodsOf = (instance: object) =>
	instance as Record<string, (...args: unknown[]) => Promise<unknown>>;

describe('pinned data that was sealed', () => {
	const OLD = 'hunter-of-6-seas!';
	type Request = {
		executionMode: string;
		workflowData: { id: string; pinData?: object };
		pinData?: object;
		triggerToStartFrom?: { name: string; data?: object };
		executionData?: {
			resultData: { pinData?: object; runData?: object };
			manualData?: { triggerToStartFrom?: object };
		};
	};

	/** A host that stores a run before it starts it, as n8n does. */
	async function openHost() {
		const room = openRoom([OLD]);
		const rows: unknown[] = [];
		const requests: Request[] = [];
		class ExecutionPersistence {
			async create(row: object) {
				rows.push(stored(row));
				return '1';
			}
			async updateExistingExecution() {
				return await Promise.resolve(true);
			}
		}
		class WorkflowRunner {
			async run(request: Request) {
				requests.push(request);
				const { workflowData, executionMode: mode } = request;
				const resultData = { runData: {}, pinData: request.pinData };
				const data = request.executionData ?? { resultData };
				const { id: workflowId } = workflowData;
				const row = { workflowId, workflowData: { id: workflowId, nodes: [] }, mode, data };
				return await methodsOf(new ExecutionPersistence()).create(row);
			}
		}
		const callHook = async (_workflow: unknown, _hook: unknown, saved: Request['workflowData']) => {
			const resultData = { pinData: saved.pinData, runData: {} };
			const pins = { pinData: saved.pinData, executionData: { resultData } };
			await new WorkflowRunner().run({ executionMode: 'manual', workflowData: saved, ...pins });
			return saved.pinData;
		};
		const modules = { ExecutionPersistence, WorkflowRunner, executeWebhook: callHook };
		const host = {
			own: () => modules,
			classOf: (from: Record<string, unknown>, name: string) => from[name],
		} as unknown as Host;
		editor.install(host, room.guard);
		records.install(host, room.guard);
		const pins = { Fetch: [{ json: { key: OLD, like: 'sealed.v1.no.token.' } }] };
		const sealed = stored(room.guard.sealPins(await room.run('0'), pins));
		const run = async (request: Request) => await methodsOf(new WorkflowRunner()).run(request);
		return { room, rows, requests, pins, sealed, run, modules };
	}

	test('is opened wherever a run that is handed to a worker holds it too', async () => {
		const { requests, pins, sealed, run } = await openHost();
		const executionData = { resultData: { pinData: sealed, runData: {} } };
		const workflowData = { id: WORKFLOW, pinData: sealed };
		await run({ executionMode: 'manual', workflowData, pinData: sealed, executionData });
		const [request] = requests;
		expect(request.pinData).toEqual(pins);
		expect(request.executionData?.resultData.pinData).toBe(request.pinData);
		expect(request.workflowData.pinData).toBe(request.pinData);
		expect(workflowData.pinData).toBe(sealed);
	});

	test('is opened where a trigger is to go off as it did before', async () => {
		const { requests, pins, sealed, run } = await openHost();
		const triggerToStartFrom = { name: 'Hook', data: sealed };
		const executionData = { resultData: {}, manualData: { triggerToStartFrom } };
		const workflowData = { id: WORKFLOW };
		await run({ executionMode: 'manual', workflowData, triggerToStartFrom, executionData });
		const opened = { name: 'Hook', data: pins };
		expect(requests[0].triggerToStartFrom).toEqual(opened);
		expect(requests[0].executionData?.manualData?.triggerToStartFrom).toEqual(opened);
	});

	test('is opened once for a test webhook, and for its answer', async () => {
		const { requests, pins, sealed, modules } = await openHost();
		const saved = { id: WORKFLOW, pinData: sealed };
		const { executeWebhook } = methodsOf(modules);
		expect(await executeWebhook({}, {}, saved, {}, 'manual')).toEqual(pins);
		expect(requests[0].executionData?.resultData.pinData).toEqual(pins);
		expect(saved.pinData).toBe(sealed);
	});

	test('stays as it is for a webhook in production', async () => {
		const { sealed, modules } = await openHost();
		const saved = { id: WORKFLOW, pinData: sealed };
		expect(await methodsOf(modules).executeWebhook({}, {}, saved, {}, 'webhook')).toBe(sealed);
	});

	test('is stored without its secret by the run that used it, also when the credential has another since', async () => {
		const { room, rows, sealed, run } = await openHost();
		room.known.forget(CREDENTIAL);
		room.known.learn(CREDENTIAL, 'Mine', [{ field: 'password', value: 'hunter-of-7-seas!' }]);
		await run({ executionMode: 'manual', workflowData: { id: WORKFLOW }, pinData: sealed });
		expect(JSON.stringify(rows)).toContain(`sealed.v1.${CREDENTIAL}.`);
		expect(JSON.stringify(rows)).not.toContain(OLD);
	});
});

describe('a trigger that cannot be started', () => {
	const refused = () => Object.assign(new Error(`no ${SECRET}`), { description: SECRET });
	const registered: unknown[] = [];
	class WorkflowTriggerActivator {
		async activate() {
			return { activated: ['a'], failures: [{ nodeId: 'b', error: refused() }] };
		}
		async deactivate() {
			return { externalTeardownFailures: [{ error: refused() }] };
		}
	}
	class ActiveWorkflowManager {
		async add() {
			throw refused();
		}
	}
	class WorkflowExecutionService {
		async executeManually() {
			throw refused();
		}
	}
	class ActivationErrorsService {
		async register(...told: unknown[]) {
			registered.push(...told);
		}
	}
	const install = (room: Room) =>
		activation.install(
			hostOf(
				WorkflowTriggerActivator,
				ActiveWorkflowManager,
				WorkflowExecutionService,
				ActivationErrorsService,
			),
			room.guard,
		);
	beforeAll(() => install(openRoom([SECRET])));

	const hidden = { message: `no ${HIDDEN}`, description: HIDDEN };

	test('says so without secrets, in an error of the same kind', async () => {
		const activator = methodsOf(new WorkflowTriggerActivator());
		expect(await activator.activate({ id: WORKFLOW })).toEqual({
			activated: ['a'],
			failures: [{ nodeId: 'b', error: expect.objectContaining(hidden) as object }],
		});
		expect(await activator.deactivate({ id: WORKFLOW })).toEqual({
			externalTeardownFailures: [{ error: expect.objectContaining(hidden) as object }],
		});
		await expect(methodsOf(new ActiveWorkflowManager()).add(WORKFLOW)).rejects.toMatchObject(
			hidden,
		);
		const service = methodsOf(new WorkflowExecutionService());
		await expect(service.executeManually({ id: WORKFLOW })).rejects.toMatchObject(hidden);
	});

	test('is remembered without secrets', async () => {
		await new ActivationErrorsService().register(WORKFLOW, `no ${SECRET}`);
		expect(registered).toEqual([WORKFLOW, `no ${HIDDEN}`]);
	});
});

test('a job that could not be run is reported without secrets', async () => {
	class ScalingService {
		async reportJobProcessingError(error: unknown) {
			await Promise.reject(error as Error);
		}
	}
	jobFailures.install(hostOf(ScalingService), openRoom([SECRET]).guard);
	const job = { data: { executionId: '1', workflowId: WORKFLOW } };
	const report = methodsOf(new ScalingService()).reportJobProcessingError(
		new Error(`no ${SECRET}`),
		job,
	);
	await expect(report).rejects.toMatchObject({
		message: `no ${HIDDEN}`,
		stack: expect.not.stringContaining(SECRET) as string,
	});
});

describe('what n8n tells its makers about a run', () => {
	const told: unknown[] = [];
	class Telemetry {
		track(...event: unknown[]) {
			told.push(event);
		}
	}
	class TelemetryEventRelay {
		async workflowPostExecute() {
			await Promise.resolve();
			new Telemetry().track('ended', { workflow_id: WORKFLOW, error_message: `no ${SECRET}` });
		}
	}

	test('holds no secret of the run, and is as it was otherwise', async () => {
		const room = openRoom([SECRET]);
		await room.run('1');
		telemetry.install(hostOf(Telemetry, TelemetryEventRelay), room.guard);
		await methodsOf(new TelemetryEventRelay()).workflowPostExecute({ executionId: '1' });
		new Telemetry().track('pulse', { plan: SECRET });
		new Telemetry().track('alone');
		expect(told).toEqual([
			['ended', { workflow_id: WORKFLOW, error_message: `no ${HIDDEN}` }],
			['pulse', { plan: SECRET }],
			['alone'],
		]);
	});

	test('leaves out the message where a credential cannot be searched for', async () => {
		const room = openRoom([SECRET]);
		room.known.learn('Cred000000000666', 'Bad', [], true);
		room.references.set(WORKFLOW, new Set(['Cred000000000666']));
		await room.run('2');
		told.length = 0;
		telemetry.install(hostOf(Telemetry, TelemetryEventRelay), room.guard);
		await methodsOf(new TelemetryEventRelay()).workflowPostExecute({ executionId: '2' });
		expect(told).toEqual([['ended', { workflow_id: WORKFLOW, error_message: HIDDEN }]]);
	});
});
