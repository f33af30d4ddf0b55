import type { Duplex } from 'node:stream';
import { parseFields } from '../kinds/kind';
import { isLoopback } from '../kinds/network';
import { repairPem } from '../kinds/pem';
import { smtp, type SmtpFields } from '../kinds/smtp';
import { codeOf, reasonOfCode } from './codes';
import { withDeadline } from './deadline';
import { inWords, Failed, type FailureReason } from './failure';
import { reach, targetOf } from './reach';
import { tlsFactsOf, type TlsFacts } from './tls';
import { using, type keeping } from './using';

export interface MailReport {
	ok: true;
	server: Offers;
	/** Which login the server accepted; `none` means that none was tried. */
	login: SmtpFields['login'];
	tls: TlsFacts;
	/** From the first packet to the accepted login. */
	latencyMs: number;
	warnings: string[];
}

/** What a server announces (RFC 5321 section 4.1.1.1); known words only, never its free text. */
export interface Offers {
	extensions: string[];
	logins: string[];
	/** Largest message it takes, in millions of bytes, where it says so. */
	maxMessageMegabytes?: number;
}

const EXTENSIONS = ['8BITMIME', 'CHUNKING', 'DSN', 'PIPELINING', 'REQUIRETLS', 'SIZE', 'SMTPUTF8'];
const PASSWORD_LOGINS = ['PLAIN', 'LOGIN', 'CRAM-MD5'];
const LOGINS = [...PASSWORD_LOGINS, 'XOAUTH2', 'OAUTHBEARER', 'SCRAM-SHA-1', 'SCRAM-SHA-256'];

/** Later than our own deadline, which knows better what the wait was for. */
const driverPatienceMs = (fields: SmtpFields): number => Number(fields.connectTimeout) + 1000;

/**
 * Connects to the mail server of a credential, logs in, and says goodbye; no mail is sent.
 *
 * @param data - the fields of a Sealbox SMTP credential; checked here
 * @throws SealboxError `ERR_CREDENTIAL_INVALID`, `ERR_UNREACHABLE`, `ERR_TLS_FAILED`,
 *   `ERR_LOGIN_REFUSED` or `ERR_SERVER_REFUSED`, with a sentence that names the field to look at
 */
export async function testMail(data: unknown): Promise<MailReport> {
	const fields = parseFields(smtp, data);
	const started = performance.now();
	return await inWords({ speaks: 'SMTP', local: isLoopback(fields.host) }, async () => {
		const rules = { hold: using, patienceMs: driverPatienceMs(fields) };
		const facts = await loggedInAtMail(fields, rules, (connection, server) => {
			const tls = tlsFactsOf((connection as unknown as { _socket: Duplex })._socket);
			connection.quit();
			return { server, login: fields.login, tls };
		});
		const latencyMs = Math.round(performance.now() - started);
		return { ok: true, ...facts, latencyMs, warnings: smtp.warnings?.(fields) ?? [] };
	});
}

/**
 * Connects and logs in within the Connection Timeout.
 *
 * @param hold - what becomes of the connection afterwards
 * @param patienceMs - how long the server may be silent before the connection is given up
 * @throws {@link Failed}
 */
export async function loggedInAtMail<T>(
	fields: SmtpFields,
	{ hold, patienceMs }: { hold: typeof using | typeof keeping; patienceMs: number },
	work: (connection: SmtpConnection, server: Offers) => T,
): Promise<T> {
	let late = (): FailureReason => 'timeout';
	return await withDeadline(
		Number(fields.connectTimeout),
		() => late(),
		async (signal) => {
			const socket = await reach(targetOf(fields), signal);
			return await hold(socket, async () => {
				const connection = await connectionOver(socket, fields, patienceMs);
				late = () => lateReason(connection, fields);
				return work(connection, await loginAtMail(connection, fields));
			});
		},
	);
}

/** What it means that a server has not answered in time. */
const lateReason = (connection: SmtpConnection, fields: SmtpFields): FailureReason =>
	connection.lastServerResponse || fields.tls === 'implicit' ? 'silent' : 'tls-no-greeting';

export type SmtpConnection = Awaited<ReturnType<typeof connectionOver>>;

async function connectionOver(socket: Duplex, fields: SmtpFields, socketPatienceMs: number) {
	const { SMTPConnection } = await import('../vendor/nodemailer');
	const ca = fields.ca === '' ? null : repairPem(fields.ca);
	return new SMTPConnection({
		connection: socket as never,
		host: fields.host,
		port: Number(fields.port),
		secure: fields.tls === 'implicit',
		requireTLS: fields.tls === 'starttls',
		ignoreTLS: fields.tls === 'none',
		tls: { minVersion: 'TLSv1.2', rejectUnauthorized: true, ...(ca === null ? {} : { ca }) },
		...(fields.hostName === '' ? {} : { name: fields.hostName }),
		connectionTimeout: driverPatienceMs(fields),
		greetingTimeout: driverPatienceMs(fields),
		socketTimeout: socketPatienceMs,
	});
}

/**
 * Greets, upgrades and logs in. The driver's own check passes where no login is offered.
 *
 * @throws {@link Failed}
 */
async function loginAtMail(connection: SmtpConnection, fields: SmtpFields): Promise<Offers> {
	const failed = (error: unknown): never => {
		throw error instanceof Failed ? error : new Failed(reasonOfSmtpError(error, fields));
	};
	await greeted(connection).catch(failed);
	const server = offersIn(String(connection.lastServerResponse));
	if (fields.login !== 'none') await loggedIn(connection, fields, server).catch(failed);
	return server;
}

const greeted = async (connection: SmtpConnection): Promise<void> =>
	await new Promise((resolve, reject) => {
		connection.on('error', reject);
		connection.connect((error?: Error | null) => (error ? reject(error) : resolve()));
	});

async function loggedIn(
	connection: SmtpConnection,
	fields: SmtpFields,
	{ logins }: Offers,
): Promise<void> {
	const { XOAuth2 } = await import('../vendor/nodemailer');
	const { user, password: pass } = fields;
	const accessToken = fields.accessToken.trim();
	const usable = fields.login === 'oauth2' ? ['XOAUTH2'] : PASSWORD_LOGINS;
	if (logins.length === 0) throw new Failed('login-not-offered');
	if (!usable.some((login) => logins.includes(login))) throw new Failed('login-other-way');
	const auth =
		fields.login === 'oauth2'
			? { user, oauth2: new XOAuth2({ user, accessToken }) }
			: { user, pass };
	await new Promise<void>((resolve, reject) => {
		connection.on('error', reject);
		connection.once('end', () => reject(new Failed('dropped')));
		connection.login(auth, (error) => (error ? reject(error) : resolve()));
	});
}

/** Reads the answer to EHLO: one keyword to a line, with its parameters. */
function offersIn(answer: string): Offers {
	const lines = answer.toUpperCase().split(/\r?\n/);
	const words = lines.map((line) => line.replace(/^\d{3}[ -]/, '').split(/[ =]+/));
	const parametersOf = (name: string) =>
		words.filter(([word]) => word === name).flatMap(([, ...parameters]) => parameters);
	const size = Number(parametersOf('SIZE')[0]);
	return {
		extensions: EXTENSIONS.filter((name) => words.some(([word]) => word === name)),
		logins: LOGINS.filter((name) => parametersOf('AUTH').includes(name)),
		...(size > 0 ? { maxMessageMegabytes: Math.min(Math.round(size / 1e6), 9999) } : {}),
	};
}

/** Reply codes to AUTH, RFC 4954 section 6. */
const LOGIN_REPLIES: Record<number, FailureReason> = {
	421: 'not-ready',
	432: 'password-expired',
	454: 'not-ready',
	500: 'login-not-offered',
	502: 'login-not-offered',
	503: 'login-not-offered',
	504: 'login-other-way',
	530: 'tls-demanded',
	534: 'login-other-way',
	538: 'tls-demanded',
};

function reasonOfSmtpError(error: unknown, fields: SmtpFields): FailureReason {
	const { originalCode, responseCode, command } = error as {
		originalCode?: string;
		responseCode?: number;
		command?: string;
	};
	const code = codeOf(error);
	if (code === 'EAUTH') {
		const wrong = fields.login === 'oauth2' ? 'token-wrong' : 'login-wrong';
		return LOGIN_REPLIES[responseCode ?? 0] ?? wrong;
	}
	if (command === 'STARTTLS' && responseCode) return 'tls-not-offered';
	if (responseCode) return responseCode < 500 ? 'not-ready' : 'blocked';
	const reason = reasonOfCode(originalCode) ?? reasonOfCode(code);
	if (reason === 'tls-failed' && fields.tls === 'implicit') return 'tls-plain-port';
	return reason ?? (code === 'EPROTOCOL' ? 'foreign' : 'dropped');
}
