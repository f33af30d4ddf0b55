import { randomBytes } from 'node:crypto';
import { Guard } from '../../../src/host/guard/guard';
import type { GuardParts } from '../../../src/host/guard/parts';
import { KnownSecrets } from '../../../src/host/guard/learn/known';
import { Tokens } from '../../../src/host/guard/tokens';
import { tokenKey } from '../../../src/sealing/sealedToken';
import { ready } from '../../../src/sealing/sodium';

/** A guard without a host, whose credentials and workflows are what a test says. */
export async function guardWith(parts: Partial<Record<keyof GuardParts, unknown>>): Promise<Guard> {
	await ready;
	const known = new KnownSecrets(() => Date.now());
	return new Guard({
		tokens: Promise.resolve(new Tokens(tokenKey(randomBytes(64)), 'instance')),
		known,
		credentials: { learn: async () => undefined, exists: () => true, viewOf: () => undefined },
		workflows: {
			credentialsOf: async () => new Set(),
			references: async () => false,
			isVersionOf: async () => true,
		},
		permissions: { ofWorkflow: async (_: string, ids: Iterable<string>) => new Set(ids) },
		excepted: new Set(),
		form: {
			stringify: (value: unknown) => JSON.stringify(value),
			parse: (text: string) => JSON.parse(text) as unknown,
		},
		record: () => undefined,
		...parts,
	} as unknown as GuardParts);
}

/** Events that were put on record, each as one line. */
export class Recorded {
	readonly events: string[] = [];
	readonly record: GuardParts['record'] = (type, subject, actor) => {
		const ids = Object.entries(subject).filter(([, id]) => id !== undefined);
		const by = actor === undefined ? [] : [`by=${actor}`];
		this.events.push([type, ...ids.map(([name, id]) => `${name}=${id}`), ...by].join(' '));
	};
}
