import type { Guard } from '../guard';
import { hideInError } from '../hideInError';
import { wrapMethod, type AnyFunction } from '../host';
import { isObject } from '../marks';
import type { Needle } from '../needles';
import { credentialsOf, type WorkflowView } from '../workflows';
import { savedRun } from './lifecycle';
import type { Seam } from './seam';

interface Failure {
	readonly error?: unknown;
}
/** What came of starting or ending the triggers of a workflow. */
interface Outcome {
	readonly failures?: readonly Failure[];
	readonly externalTeardownFailures?: readonly Failure[];
}

/**
 * Errors of triggers that are started, ended or listened with. They belong to no execution; n8n shows
 * their messages and keeps them in tables and caches of their own.
 */
export const activation: Seam = {
	name: 'activation',
	without: 'What n8n shows and keeps of triggers that cannot be started may hold secrets.',
	install(host, guard) {
		const prototypeOf = (file: string, name: string) =>
			host.classOf(host.own(file), name).prototype;
		const activator = prototypeOf(
			'workflows/triggers/workflow-trigger-activator',
			'WorkflowTriggerActivator',
		);
		for (const method of ['activate', 'deactivate']) {
			wrapMethod(activator, method, (act) => hidingFailures(guard, act));
		}
		const manager = prototypeOf('active-workflow-manager', 'ActiveWorkflowManager');
		wrapMethod(manager, 'add', (add) => hidingError(guard, add));
		const editor = prototypeOf('workflows/workflow-execution.service', 'WorkflowExecutionService');
		wrapMethod(editor, 'executeManually', (execute) => hidingError(guard, execute));
		const errors = prototypeOf('activation-errors.service', 'ActivationErrorsService');
		wrapMethod(errors, 'register', (register) => {
			return async function (this: unknown, ...args: unknown[]) {
				const [workflowId, message, ...rest] = args as [string, unknown];
				const needles = await needlesOf(guard, workflowId);
				return await register.call(this, workflowId, guard.hide(needles, message), ...rest);
			};
		});
	},
};

/** Secrets of all that a workflow may use, as it is stored and as it is run. */
async function needlesOf(guard: Guard, workflow: unknown): Promise<Needle[]> {
	const view: WorkflowView = isObject(workflow) ? workflow : { id: String(workflow) };
	const run = await savedRun(guard, view.id ?? '');
	await guard.join(run, view.id ?? '', credentialsOf(view));
	await guard.learn(run);
	return guard.needles.known(run.family.credentials.keys());
}

/** A method whose first argument is a workflow, or its id. */
const hidingError = (guard: Guard, act: AnyFunction): AnyFunction =>
	async function (this: unknown, ...args: unknown[]) {
		try {
			return await act.apply(this, args);
		} catch (error) {
			throw hideInError(guard, await needlesOf(guard, args[0]), error);
		}
	};

const hidingFailures = (guard: Guard, act: AnyFunction): AnyFunction =>
	hidingError(guard, async function (this: unknown, ...args: unknown[]) {
		const outcome = (await act.apply(this, args)) as Outcome;
		const failures = [...(outcome.failures ?? []), ...(outcome.externalTeardownFailures ?? [])];
		if (failures.length === 0) return outcome;
		const needles = await needlesOf(guard, args[0]);
		for (const { error } of failures) hideInError(guard, needles, error);
		return outcome;
	});
