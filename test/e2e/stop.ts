import { shared } from './host.ts';

export default async function stop(): Promise<void> {
	await shared.stop?.();
}
