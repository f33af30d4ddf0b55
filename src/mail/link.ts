import { loggedInAtMail, type SmtpConnection } from '../connections/mail';
import type { Poolable } from '../connections/pool';
import { keeping } from '../connections/using';
import type { SmtpFields } from '../kinds/smtp';
import type { Composed } from './compose';

/** What became of a mail. */
export interface Delivery {
	readonly accepted: string[];
	readonly rejected: string[];
}

/** A logged-in connection to a mail server. Mails go one after the other. */
export interface MailLink extends Poolable {
	/** How many mails went through it. */
	readonly sent: number;
	send(mail: Composed): Promise<Delivery>;
}

/** Servers may be silent for ten minutes after the last byte of a mail (RFC 5321 section 4.5.3.2). */
const PATIENCE_MS = 600_000;

/** Many servers close a connection after a hundred mails, and some count more as abuse. */
const MOST_MAILS = 100;

/** Connects and logs in within the Connection Timeout. @throws Failed */
export const linkToMail = async (fields: SmtpFields): Promise<MailLink> =>
	await loggedInAtMail(fields, { hold: keeping, patienceMs: PATIENCE_MS }, linkOver);

function linkOver(connection: SmtpConnection): MailLink {
	let isBroken = false;
	let sent = 0;
	const broke = () => void (isBroken = true);
	connection.on('error', broke);
	connection.on('end', broke);
	return {
		get sent() {
			return sent;
		},
		isUsable: () => !isBroken && sent < MOST_MAILS,
		close: async () => {
			isBroken = true;
			connection.quit();
			await Promise.resolve();
		},
		send: async ({ bytes, envelope }) =>
			await new Promise((resolve, reject) => {
				const failed = (error: unknown) => {
					isBroken = true;
					reject(error as Error);
				};
				// A connection that breaks while a mail is under way tells it here, and not below.
				connection.once('error', failed);
				connection.send({ ...envelope, size: bytes.length } as never, bytes, (error, info) => {
					connection.removeListener('error', failed);
					if (error) return failed(error);
					sent += 1;
					resolve({
						accepted: textsOf(info?.accepted),
						rejected: textsOf(info?.rejected),
					});
				});
			}),
	};
}

const textsOf = (addresses: unknown): string[] =>
	Array.isArray(addresses) ? addresses.map(String) : [];
