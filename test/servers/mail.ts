import { SMTPServer } from 'smtp-server';
import type { Identity } from './certificates';
import { freePort } from './listen';

export interface MailServer {
	readonly port: number;
	/** Connections that clients have open at this moment. */
	open(): number;
	stop(): Promise<void>;
}

export interface MailOptions {
	/** The only login there is; with `accessToken` instead of `password`, for XOAUTH2. */
	user?: string;
	password?: string;
	accessToken?: string;
	[option: string]: unknown;
}

/** Starts a real mail server; every other option is handed to smtp-server. */
export async function startMail(identity: Identity, options: MailOptions): Promise<MailServer> {
	const { user, password, accessToken, ...others } = options;
	const server = new SMTPServer({
		key: identity.key,
		cert: identity.certificate,
		// Clients keep their connections for the next mail; the end of a test does not wait for that.
		closeTimeout: 100,
		onAuth(login, _session, done) {
			const known =
				login.username === user &&
				(login.method === 'XOAUTH2'
					? login.accessToken === accessToken
					: login.password === password);
			done(known ? null : new Error('refused'), { user });
		},
		...others,
	});
	// A client that leaves in the middle of a handshake is part of the tests.
	server.on('error', () => undefined);
	const port = await freePort();
	await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
	return {
		port,
		open: () => server.connections.size,
		stop: async () => await new Promise((resolve) => server.close(() => resolve())),
	};
}
