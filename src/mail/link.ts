import { withDeadline } from '../connections/deadline';
import type { FailureReason } from '../connections/failure';
import { connectionOver, lateReason, loginAtMail, type SmtpConnection } from '../connections/mail';
import type { Poolable } from '../connections/pool';
import { reach, targetOf } from '../connections/reach';
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
export async function linkToMail(fields: SmtpFields): Promise<MailLink> {
	let late = (): FailureReason => 'timeout';
	return await withDeadline(
		Number(fields.connectTimeout),
		() => late(),
		async (signal) => {
			const socket = await reach(targetOf(fields), signal);
			try {
				const connection = await connectionOver(socket, fields, PATIENCE_MS);
				late = () => lateReason(connection, fields);
				await loginAtMail(connection, fields);
				return linkOver(connection);
			} catch (error) {
				socket.destroy();
				throw error;
			}
		},
	);
}

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
