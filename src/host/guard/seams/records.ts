import { takeStarting } from '../broughtIn';
import type { Guard } from '../guard';
import { wrapMethod, type AnyFunction, type Host } from '../host';
import { isOpening } from '../scope';
import { openExecution, runOfExecution, sealedForStorage, type ExecutionView } from '../stored';
import type { Seam } from './seam';

type Rec = Record<string, unknown>;

/** Every run that is written to the database or to files passes here. */
export const records: Seam = {
	name: 'records',
	without: 'Stored executions hold secrets as n8n writes them.',
	install(host, guard) {
		const { prototype } = persistenceOf(host);
		wrapMethod(prototype, 'create', (create) => sealCreated(guard, create));
		wrapMethod(prototype, 'updateExistingExecution', (update) => sealUpdated(host, guard, update));
	},
};

/** What is read back while everything that is read is opened. */
export const readBack: Seam = {
	name: 'read-back',
	isOpening: true,
	without: 'The results of waiting sub-workflows cannot be joined with sealed data.',
	install(host, guard) {
		wrapMethod(persistenceOf(host).prototype, 'findSingleExecution', (find) => {
			return async function (this: unknown, ...args: unknown[]) {
				const execution = (await find.apply(this, args)) as ExecutionView | undefined;
				if (execution !== undefined && isOpening()) await openExecution(guard, execution);
				return execution;
			};
		});
	},
};

export const persistenceOf = (host: Host) =>
	host.classOf(host.own('executions/execution-persistence'), 'ExecutionPersistence');

function sealCreated(guard: Guard, create: AnyFunction): AnyFunction {
	return async function (this: unknown, payload: unknown, ...rest: unknown[]) {
		const execution = payload as ExecutionView;
		const run = await runOfExecution(guard, execution, undefined);
		const broughtIn = takeStarting();
		if (broughtIn !== undefined) run.family.adopt(broughtIn);
		const data = await sealedForStorage(guard, run, execution.data);
		const id = String(await create.call(this, { ...execution, data }, ...rest));
		guard.runs.adopt(id, run);
		return id;
	};
}

function sealUpdated(host: Host, guard: Guard, update: AnyFunction): AnyFunction {
	return async function (this: unknown, ...args: unknown[]) {
		const [id, change, ...rest] = args as [string, ExecutionView, ...unknown[]];
		if (change.data === undefined) return await update.call(this, ...args);
		const run = guard.runs.get(id) ?? (await runToUpdate(host, guard, id, change));
		await guard.learn(run);
		const data = await sealedForStorage(guard, run, change.data, change.status === 'running');
		return await update.call(this, id, { ...change, data }, ...rest);
	};
}

/** The workflow of an execution is what the database says. */
async function runToUpdate(host: Host, guard: Guard, id: string, change: ExecutionView) {
	const workflowId = await workflowIdOf(host, id);
	const credentials = await guard.parts.workflows.credentialsOf(workflowId ?? '');
	const execution = { workflowId, ...change, workflowData: change.workflowData };
	const run = await runOfExecution(guard, { ...execution, workflowId }, id);
	await guard.join(run, run.workflowId, credentials);
	guard.runs.end(id);
	return run;
}

export async function workflowIdOf(host: Host, executionId: string): Promise<string | undefined> {
	const repository = host.service<{ findOne(query: object): Promise<Rec | null> }>(
		host.classOf(host.package('@n8n/db'), 'ExecutionRepository'),
	);
	const row = await repository.findOne({
		where: { id: executionId },
		select: ['id', 'workflowId'],
		withDeleted: true,
	});
	return row?.workflowId as string | undefined;
}
