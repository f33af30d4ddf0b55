import type { Guard } from '../guard';
import { wrapMethod } from '../host';
import type { Seam } from './seam';

type Fields = Record<string, unknown>;

/** Values as nodes get them: after expressions and overwrites are resolved. */
export const decryption: Seam = {
	name: 'decryption',
	without: 'Secrets that come from expressions or overwrites are not known.',
	install(host, guard) {
		const module = host.own('credentials-helper');
		wrapMethod(host.classOf(module, 'CredentialsHelper').prototype, 'getDecrypted', (decrypt) => {
			return async function (this: unknown, ...args: unknown[]) {
				const data = (await decrypt.apply(this, args)) as Fields;
				const [additional, link, type] = args as [
					{ executionId?: string; workflowId?: string } | undefined,
					{ id?: string; name?: string },
					string,
				];
				if (link?.id)
					guard.learnUse(additional ?? {}, { id: link.id, name: link.name ?? '' }, type, data);
				return data;
			};
		});
	},
};

/** Fresh values: tokens that were refreshed or that a login gave. */
export const renewal: Seam = {
	name: 'renewal',
	without: 'Tokens that are renewed during a run are not known until they are read again.',
	install(host, guard) {
		const { prototype } = host.classOf(host.package('n8n-core'), 'Credentials');
		wrapMethod(prototype, 'setData', (set) => {
			return function (this: unknown, ...args: unknown[]) {
				const { id, name, type } = this as { id?: string; name?: string; type: string };
				if (id) guard.learnMore({ id, name: name ?? '' }, type, args[0] as Fields);
				return set.apply(this, args);
			};
		});
	},
};

/** Wraps what the test of a credential answers: services echo what they refuse. */
export const tests: Seam = {
	name: 'tests',
	without: 'The answer of a credential test may repeat what was tested.',
	install(host, guard) {
		const module = host.own('services/credentials-tester.service');
		const { prototype } = host.classOf(module, 'CredentialsTester');
		wrapMethod(prototype, 'testCredentials', (test) => {
			return async function (this: unknown, ...args: unknown[]) {
				const [, type, link] = args as [unknown, string, { data?: Fields }];
				const result = await test.apply(this, args);
				return hideTested(guard, type, link?.data, result);
			};
		});
	},
};

const hideTested = (
	guard: Guard,
	type: string,
	data: Fields | undefined,
	result: unknown,
): unknown => (data === undefined ? result : guard.hide(guard.secretsIn(type, data), result));
