import type { Host } from './host';

/** What n8n says of itself. */
export interface Instance {
	/** `.n8n` in the user folder. */
	readonly n8nFolder: string;
	/** Secret; the same in every process of an instance. */
	readonly encryptionKey: string;
	readonly instanceId: string;
}

/** @throws Error when this n8n has no such settings */
export const instanceOf = (host: Host): Instance =>
	host.service<Instance>(host.classOf(host.package('n8n-core'), 'InstanceSettings'));

const ROLES: Readonly<Record<string, string>> = {
	start: 'main',
	worker: 'worker',
	webhook: 'webhook',
};

/** What this process is for: `main`, `worker`, `webhook`, or the name of another command of n8n's. */
export function roleOf(argv: readonly string[]): string {
	const command = argv[2] ?? 'start';
	return ROLES[command] ?? (command.replace(/[^\w-]/g, '-').slice(0, 32) || 'main');
}
