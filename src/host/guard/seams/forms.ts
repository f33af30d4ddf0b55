import type { Guard } from '../guard';
import { hideInError } from '../hideInError';
import { wrapMethod } from '../host';
import type { Needle } from '../needles';
import type { Seam } from './seam';

/** Methods that ask a service for the editor, and which of their arguments are the node's credentials. */
const METHODS: Readonly<Record<string, number>> = {
	getOptionsViaMethodName: 5,
	getOptionsViaLoadOptionsByPath: 4,
	getResourceLocatorResults: 5,
	getResourceMappingFields: 5,
	getActionResult: 6,
};

/** Choices that the editor loads from services, which may repeat how they were asked. */
export const choices: Seam = {
	name: 'choices',
	without: 'Lists that the editor loads from services may hold secrets.',
	install(host, guard) {
		const module = host.own('services/dynamic-node-parameters.service');
		const { prototype } = host.classOf(module, 'DynamicNodeParametersService');
		for (const [method, position] of Object.entries(METHODS)) {
			wrapMethod(prototype, method, (load) => {
				return async function (this: unknown, ...args: unknown[]) {
					const needles = () => needlesOf(guard, args[position]);
					return await (load.apply(this, args) as Promise<unknown>).then(
						async (answer) => guard.hide(await needles(), answer),
						async (error: unknown) => Promise.reject(hideInError(guard, await needles(), error)),
					);
				};
			});
		}
	},
};

async function needlesOf(guard: Guard, credentials: unknown): Promise<Needle[]> {
	const links = Object.values((credentials ?? {}) as Record<string, { id?: string } | undefined>);
	return await guard.secretsOf(
		links.map((link) => link?.id).filter((id) => id !== undefined && id !== null),
	);
}
