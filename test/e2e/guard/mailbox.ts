import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { listen } from '../../../host/ports.ts';

/** A mail server that takes everything from everybody. */
export interface Mailbox {
	readonly port: number;
	/** The sources of all mails so far, transfer encoding undone. */
	readonly mails: string[];
	close(): Promise<void>;
}

export async function openMailbox(): Promise<Mailbox> {
	const mails: string[] = [];
	const server = new SMTPServer({
		authOptional: true,
		disabledCommands: ['STARTTLS'],
		onData(stream, _session, done) {
			void text(stream).then((source) => {
				mails.push(decoded(source));
				done();
			});
		},
	});
	server.on('error', () => undefined);
	const port = await listen(server.server);
	const close = async () => await new Promise<void>((resolve) => server.close(() => resolve()));
	return { port, mails, close };
}

/** RFC 2045, section 6.7. */
const decoded = (source: string): string =>
	source
		.replace(/=\r\n/g, '')
		.replace(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)));
