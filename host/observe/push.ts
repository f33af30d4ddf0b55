import { randomUUID } from 'node:crypto';
import type { Session } from '../client.ts';

/** An open editor, as n8n sees it: it is told what happens in the runs that it started. */
export interface Editor {
	/** Goes along with each request of this editor. */
	readonly pushRef: string;
	/** Everything it was told so far. */
	readonly frames: readonly string[];
	close(): void;
}

/** Opens the connection on which n8n pushes news to the editor, and records them all. */
export async function openEditor(
	url: string,
	session: Session,
	pushRef: string = randomUUID(),
): Promise<Editor> {
	const frames: string[] = [];
	const address = `${url.replace(/^http/, 'ws')}/rest/push?pushRef=${pushRef}`;
	const socket = new WebSocket(address, { headers: { cookie: session.cookie, origin: url } });
	socket.binaryType = 'arraybuffer';
	socket.addEventListener('message', (event) => {
		const data = event.data as string | ArrayBuffer;
		frames.push(typeof data === 'string' ? data : Buffer.from(data).toString());
	});
	await new Promise<void>((resolve, reject) => {
		socket.addEventListener('open', () => resolve(), { once: true });
		socket.addEventListener('error', () => reject(new Error('The editor cannot connect')), {
			once: true,
		});
	});
	return { pushRef, frames, close: () => socket.close() };
}
