import { wrapMethod } from '../host';
import type { Guard } from '../guard';
import { credentialsOf, type NodeView } from '../workflows';
import type { Seam } from './seam';

/** A workflow that is about to be stored, or the parts of it that change. */
interface Saved {
	id?: string;
	nodes?: readonly NodeView[];
	pinData?: object | null;
	/** The host's own way to give it an id, before its first store. */
	generateId?(): void;
}

/** Who may use which credential. */
export const permissions: Seam = {
	name: 'permissions',
	without:
		'Whoever may save workflows can try out guesses at secrets of other people, if they know the ids of the credentials.',
	install(_, guard) {
		guard.parts.permissions.assertPresent();
	},
};

/** Pinned data of workflows that are stored already. */
export const pins: Seam = {
	name: 'pins',
	without: 'Pinned data of workflows is stored as n8n writes it.',
	install(host, guard) {
		const { prototype } = host.classOf(host.package('@n8n/typeorm'), 'EntityManager');
		const Workflow = host.classOf(host.package('@n8n/db'), 'WorkflowEntity');
		wrapMethod(prototype, 'update', (update) => {
			return async function (this: unknown, ...args: unknown[]) {
				const [target, which, change, ...rest] = args as [unknown, unknown, Saved];
				if (target !== Workflow || !change?.pinData) return await update.apply(this, args);
				const id = typeof which === 'string' ? which : String((which as Saved).id);
				return await update.call(
					this,
					target,
					which,
					await withSealedPins(guard, id, change),
					...rest,
				);
			};
		});
		wrapMethod(prototype, 'upsert', (upsert) => {
			return async function (this: unknown, ...args: unknown[]) {
				const [target, saved, ...rest] = args as [unknown, Saved];
				const isOne = target === Workflow && !Array.isArray(saved);
				if (!isOne || !saved?.pinData || !saved.id) return await upsert.apply(this, args);
				return await upsert.call(
					this,
					target,
					await withSealedPins(guard, saved.id, saved),
					...rest,
				);
			};
		});
	},
};

async function withSealedPins(guard: Guard, id: string, saved: Saved): Promise<Saved> {
	const stored = await guard.parts.workflows.credentialsOf(id);
	const run = await guard.runOf(undefined, { id, nodes: saved.nodes });
	await guard.join(run, id, stored);
	await guard.learn(run);
	return { ...saved, pinData: guard.sealPins(run, saved.pinData) };
}

/**
 * Pinned data of a workflow that is about to be stored for the first time. It gets its id now: what is
 * sealed is bound to it. The one who creates it has to be allowed to use the credentials.
 */
export async function sealCreatedPins(
	guard: Guard,
	created: unknown,
	actor: unknown,
): Promise<void> {
	const saved = created as Saved;
	if (!saved?.pinData) return;
	saved.generateId?.();
	const run = await guard.runOf(undefined, { id: saved.id });
	const { id: user = '' } = (actor ?? {}) as { id?: string };
	const allowed = await guard.parts.permissions.ofUser(user, credentialsOf(saved));
	run.family.add(allowed, run.workflowId);
	await guard.learn(run);
	saved.pinData = guard.sealPins(run, saved.pinData);
}
