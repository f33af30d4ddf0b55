import { inWords } from '../connections/failure';
import { poolOf } from '../connections/pools';
import { parseFields } from '../kinds/kind';
import { isLoopback } from '../kinds/network';
import { smtp } from '../kinds/smtp';
import { compose } from './compose';
import { linkToMail, type Delivery, type MailLink } from './link';
import { messageOf, type Draft, type Limits } from './message';
import { brokeBeforeMail, refusalOf } from './refusal';

/** A credential: the host's id of it, or the empty string, and its fields, checked here. */
export interface MailAccess {
	readonly id: string;
	readonly data: unknown;
}

export interface Sent extends Delivery {
	/** With angle brackets; what an answer names under In Reply To. */
	readonly messageId: string;
	readonly bytes: number;
}

/** More would look like abuse to most servers; who comes late waits. */
const MOST_CONNECTIONS = 3;
const IDLE_MS = 15_000;
const WAIT_MS = 120_000;

/**
 * Sends one mail over a connection of the credential's pool.
 *
 * @throws SealboxError `ERR_MESSAGE_INVALID` before anything is sent, `ERR_MESSAGE_REFUSED` when the
 *   server did not take it, or what a connection fails with
 */
export async function send({ id, data }: MailAccess, draft: Draft, limits: Limits): Promise<Sent> {
	const fields = parseFields(smtp, data);
	const message = messageOf(draft, limits);
	const mail = await compose(message, fields, limits);
	const pool = poolOf<MailLink>(
		{ kind: 'smtp', id, fields },
		{ max: MOST_CONNECTIONS, idleMs: IDLE_MS, waitMs: WAIT_MS },
	);
	const subject = { speaks: 'SMTP', local: isLoopback(fields.host) };
	const connect = async () => await linkToMail(fields);
	const { messageId, bytes } = mail;
	for (;;) {
		const link = await inWords(subject, async () => await pool.take(connect));
		const isFresh = link.sent === 0;
		try {
			const delivery = await link.send(mail);
			pool.give(link, true);
			return { messageId, ...delivery, bytes: bytes.length };
		} catch (error) {
			pool.give(link, false);
			if (isFresh || !brokeBeforeMail(error)) throw refusalOf(error);
		}
	}
}
