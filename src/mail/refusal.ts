import { codeOf, reasonOfCode } from '../connections/codes';
import { SealboxError } from '../sealing/error';

/** What nodemailer says about a mail that was not taken. */
interface SendError {
	responseCode?: number;
	command?: string;
	response?: string;
}

/** Enhanced status code, RFC 3463: digits only, so that nothing else of the answer is passed on. */
const STATUS = /\b([245]\.\d{1,3}\.\d{1,3})\b/;

/** Replies that are about size, whatever the command (RFC 5321 section 4.2.2). */
const TOO_LARGE = [523, 552];

/**
 * The error that people see for a mail that the server did not take. Sentences are ours alone: the
 * answer of a server may repeat what it was sent.
 */
export function refusalOf(error: unknown): SealboxError {
	const { responseCode = 0, command = '', response = '' } = error as SendError;
	const status = STATUS.exec(response)?.[1];
	const shown =
		responseCode === 0
			? ''
			: ` (reply ${responseCode}${status === undefined ? '' : `, status ${status}`})`;
	return new SealboxError(
		'ERR_MESSAGE_REFUSED',
		`${sentenceOf(error, responseCode, command)}${shown}`,
	);
}

function sentenceOf(error: unknown, reply: number, command: string): string {
	const code = codeOf(error);
	const isOversize = code === 'EMESSAGE' && reply === 0;
	if (isOversize || TOO_LARGE.includes(reply)) {
		return 'The mail is larger than the server takes. Send less, or a link to it.';
	}
	if (reply === 0) {
		return code === 'EENVELOPE'
			? 'The server cannot take an address with letters beyond ASCII. Use another address.'
			: 'The connection to the mail server broke. Whether the mail was sent is not known: check before sending it again.';
	}
	if (reply < 500) {
		return 'The server does not take the mail at the moment, because it is busy, or because it wants new senders to wait. Send it again later.';
	}
	if (command === 'MAIL FROM') {
		return 'The server takes no mail from this sender. Write an address under From that belongs to the account of the credential.';
	}
	if (command === 'RCPT TO') {
		return 'The server refused every recipient. Check the addresses, and that the account may send to them.';
	}
	return 'The server refused the mail because of what is in it, for instance as spam. Its log says why.';
}

/**
 * Whether nothing was handed over, so that sending again on another connection cannot send twice: a
 * server may have closed a connection that was idle.
 */
export function brokeBeforeMail(error: unknown): boolean {
	const { responseCode = 0, command = '' } = error as SendError;
	if (responseCode === 421) return command === 'MAIL FROM';
	const isBroken = codeOf(error) === 'ECONNECTION' || reasonOfCode(codeOf(error)) !== null;
	return responseCode === 0 && isBroken && ['', 'API', 'MAIL FROM', 'CONN'].includes(command);
}
