import { connect, type Socket } from 'node:net';
import { codeOf, reasonOfCode } from './codes';
import { Failed } from './failure';

export interface Target {
	/** Name or address. */
	readonly host: string;
	readonly port: number;
}

/** Where a credential leads; digits may have come as text. */
export const targetOf = (fields: { host: string; port: number | string }): Target => ({
	host: fields.host,
	port: Number(fields.port),
});

/** Long enough for a slow line: Node's own quarter of a second gives up on distant servers. */
const ADDRESS_ATTEMPT_MS = 2500;

/**
 * Opens a TCP connection, so that what happens on the way to a server is known before a driver
 * has its say.
 *
 * @param signal - its abort destroys the socket, at any later time too
 * @throws {@link Failed} when there is no connection
 */
export function reach(target: Target, signal: AbortSignal): Promise<Socket> {
	return new Promise((resolve, reject) => {
		const socket = connect({
			host: target.host,
			port: target.port,
			signal,
			noDelay: true,
			autoSelectFamily: true,
			autoSelectFamilyAttemptTimeout: ADDRESS_ATTEMPT_MS,
		});
		socket.once('connect', () => resolve(socket));
		// Stays on: a socket destroyed between two listeners of a driver must not end the process.
		socket.on('error', (error) => reject(new Failed(reasonOfCode(codeOf(error)) ?? 'dropped')));
	});
}
