import { SMTPServer } from 'smtp-server';
import { text } from 'node:stream/consumers';
import { freePort } from '../ports.ts';

export interface SmtpService {
	readonly port: number;
	/** Messages received so far, as sent. */
	readonly messages: string[];
	close(): Promise<void>;
}

/** Starts a mail server that takes messages from one user. */
export async function startSmtp(user: string, password: string): Promise<SmtpService> {
	const messages: string[] = [];
	const server = new SMTPServer({
		allowInsecureAuth: true,
		disabledCommands: ['STARTTLS'],
		onAuth({ username, password: given }, _session, done) {
			const isKnown = username === user && given === password;
			done(isKnown ? null : new Error('unknown user or password'), { user });
		},
		onData(stream, _session, done) {
			text(stream).then((message) => {
				messages.push(message);
				done();
			}, done);
		},
	});
	const port = await freePort();
	await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
	return { port, messages, close: () => new Promise((resolve) => server.close(() => resolve())) };
}
