import { buffer } from 'node:stream/consumers';
import { readPrivateKeyPem } from '../kinds/privateKeyPem';
import type { SmtpFields } from '../kinds/smtp';
import type { File, Limits, Message } from './message';
import { tooLarge } from './message';

/** A mail as it goes over the wire. */
export interface Composed {
	readonly bytes: Buffer;
	/** With angle brackets. */
	readonly messageId: string;
	readonly envelope: { from: string; to: string[] };
}

/**
 * Writes a message as bytes, signed with DKIM if the credential says so.
 *
 * Every content is given as text or bytes, and the composer may read neither files nor URLs: what a
 * workflow puts into a mail can never become a path.
 */
export async function compose(
	message: Message,
	fields: SmtpFields,
	{ maxBytes }: Limits,
): Promise<Composed> {
	const { MailComposer } = await import('../vendor/nodemailer');
	const { from, to, cc, bcc, replyTo, subject, text, html, inReplyTo, references } = message;
	const node = new MailComposer({
		from,
		to,
		cc,
		replyTo,
		subject,
		...(text === null ? {} : { text }),
		...(html === null ? {} : { html }),
		...(inReplyTo === null ? {} : { inReplyTo }),
		...(references.length === 0 ? {} : { references }),
		headers: message.headers.map(({ name, value }) => ({ key: name, value })),
		attachments: [
			...message.attachments.map((file) => attachment(file)),
			...message.inline.map((file) => ({
				...attachment(file),
				cid: file.field,
				contentDisposition: 'inline' as const,
			})),
		],
		disableFileAccess: true,
		disableUrlAccess: true,
	} as never).compile();
	const messageId = node.messageId();
	const bytes = await signed(await node.build(), fields);
	if (bytes.length > maxBytes) throw tooLarge(bytes.length, maxBytes);
	const recipients = new Set([...to, ...cc, ...bcc].map(({ address }) => address));
	return { bytes, messageId, envelope: { from: from.address, to: [...recipients] } };
}

const attachment = ({ fileName, mediaType, bytes }: File) => ({
	filename: fileName,
	contentType: mediaType,
	content: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
});

async function signed(bytes: Buffer, fields: SmtpFields): Promise<Buffer> {
	if (!fields.dkim) return bytes;
	const { DKIM } = await import('../vendor/nodemailer');
	const read = readPrivateKeyPem(fields.dkimPrivateKey);
	const privateKey = 'key' in read ? read.key.export({ type: 'pkcs8', format: 'pem' }) : '';
	const signer = new DKIM({
		domainName: fields.dkimDomain,
		keySelector: fields.dkimSelector,
		privateKey: String(privateKey),
	});
	return await buffer(signer.sign(bytes));
}
