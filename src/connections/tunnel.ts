import { addAbortSignal, type Duplex } from 'node:stream';
import { codeOf, reasonOfCode } from './codes';
import { Failed } from './failure';
import type { Target } from './reach';
import type { DatabaseFields } from '../kinds/database';
import { repairPem } from '../kinds/pem';

/** What the host needs to log in at an SSH server. */
export type SshLogin = { sshHost: string; sshPort: number; sshUser: string } & (
	| { sshAuthenticateWith: 'password'; sshPassword: string }
	| { sshAuthenticateWith: 'privateKey'; privateKey: string; passphrase?: string }
);

/** The one thing asked of an SSH connection: a channel to somewhere behind it. */
export interface SshConnection {
	forwardOut(
		fromHost: string,
		fromPort: number,
		toHost: string,
		toPort: number,
		done: (error: Error | undefined, channel: Duplex) => void,
	): unknown;
}

/** The host's shared SSH connections; it opens, keeps and closes them. */
export type OpenSsh = (login: SshLogin) => Promise<SshConnection>;

/**
 * Opens a channel to a target behind an SSH server. No local port is opened, so no other program
 * on this machine can use the way in.
 *
 * @param signal - its abort destroys the channel, at any later time too
 * @throws {@link Failed} when the SSH server or the target behind it cannot be reached
 */
export async function tunnelTo(
	target: Target,
	fields: DatabaseFields,
	openSsh: OpenSsh,
	signal: AbortSignal,
): Promise<Duplex> {
	const connection = await openSsh(loginOf(fields)).catch((error: unknown) => {
		throw new Failed(reasonOfSshError(error));
	});
	return await new Promise((resolve, reject) => {
		connection.forwardOut('127.0.0.1', 0, target.host, target.port, (error, channel) => {
			if (error) return reject(new Failed('tunnel-closed-beyond'));
			channel.on('error', () => undefined);
			resolve(addAbortSignal(signal, channel));
		});
	});
}

function loginOf(fields: DatabaseFields): SshLogin {
	const { sshHost, sshPort, sshUser, sshPassword, privateKey, passphrase } = fields;
	const server = { sshHost, sshPort: Number(sshPort), sshUser };
	if (fields.sshAuthenticateWith === 'password') {
		return { ...server, sshAuthenticateWith: 'password', sshPassword };
	}
	return {
		...server,
		sshAuthenticateWith: 'privateKey',
		privateKey: repairPem(privateKey) ?? privateKey,
		...(passphrase === '' ? {} : { passphrase }),
	};
}

/** ssh2 names the stage of a failure in `level`; a key it cannot parse is thrown without one. */
function reasonOfSshError(error: unknown): Failed['reason'] {
	const { level, message } = error as { level?: string; message?: string };
	if (level === 'client-authentication') return 'tunnel-login-wrong';
	if (/^Cannot parse privateKey/.test(message ?? '')) return 'tunnel-key-unreadable';
	return level !== undefined || reasonOfCode(codeOf(error)) !== null
		? 'tunnel-unreachable'
		: 'tunnel-unavailable';
}
