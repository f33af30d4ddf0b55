import { HIDDEN, type Guard } from '../guard';
import { wrapMethod } from '../host';
import type { Seam } from './seam';

type Fields = Record<string, unknown>;

interface Use {
	readonly executionId?: string;
	readonly workflowId?: string;
}
type Link = { readonly id?: string; readonly name?: string };
type WithNode = { readonly node?: { readonly name?: string } } | undefined;

const pickUse = ({ executionId, workflowId }: Use = {}): Use => ({ executionId, workflowId });

/** Which node asked: n8n says so in one of two places. */
const nodeOf = (executeData: unknown, resolving: unknown): string | undefined =>
	((resolving as WithNode) ?? {}).node?.name ?? ((executeData as WithNode) ?? {}).node?.name;

/** Values as nodes get them: after expressions and overwrites are resolved. */
export const decryption: Seam = {
	name: 'decryption',
	without: 'Secrets that come from expressions or overwrites are not known.',
	install(host, guard) {
		const module = host.own('credentials-helper');
		wrapMethod(host.classOf(module, 'CredentialsHelper').prototype, 'getDecrypted', (decrypt) => {
			return async function (this: unknown, ...args: unknown[]) {
				const data = (await decrypt.apply(this, args)) as Fields;
				const [additional, link, type] = args as [Use | undefined, Link, string];
				if (link?.id) {
					const used = { ...pickUse(additional), node: nodeOf(args[4], args[6]) };
					guard.learnUse(used, { id: link.id, name: link.name ?? '' }, type, data);
				}
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
				const [user, type, link] = args as [unknown, string, Link & { data?: Fields }];
				const result = await test.apply(this, args);
				recordTest(guard, String(user), type, link?.id, result);
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
): unknown => {
	if (data === undefined) return result;
	const needles = guard.secretsIn(type, data);
	return needles === null
		? { ...(result as object), message: HIDDEN }
		: guard.hide(needles, result);
};

function recordTest(
	guard: Guard,
	user: string,
	type: string,
	credential: string | undefined,
	result: unknown,
): void {
	const { status } = (result ?? {}) as { status?: unknown };
	guard.parts.record('credential.tested', { credential, type, outcome: String(status) }, user);
}
