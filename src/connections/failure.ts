import { SealboxError, type SealboxErrorCode } from '../sealing/error';

/** What a failure sentence may know about the server. */
export interface Subject {
	/** What it should speak, for instance `PostgreSQL`. */
	readonly speaks: string;
	/** Whether Host is this very machine. */
	readonly local: boolean;
}

type Sentence = string | ((subject: Subject) => string);

const LOCAL_HINT = ' Inside a container, localhost is the container itself.';

/**
 * Every way in which a connection fails, with the field to look at and what to do.
 *
 * Sentences are ours alone: what a server says about a failure may hold the password it was sent.
 */
const FAILURES = {
	'host-unknown': [
		'ERR_UNREACHABLE',
		'Host has no address. Check its spelling, and that the machine of n8n can resolve it.',
	],
	'name-service-silent': [
		'ERR_UNREACHABLE',
		'Host could not be looked up, because the name service did not answer. Try again, or check the network of n8n.',
	],
	refused: [
		'ERR_UNREACHABLE',
		({ local }) =>
			`Nothing accepts connections at Host and Port. Check both, and that the server is running.${local ? LOCAL_HINT : ''}`,
	],
	'no-route': [
		'ERR_UNREACHABLE',
		'There is no way from n8n to Host. Check the network, the VPN and the firewall.',
	],
	timeout: [
		'ERR_UNREACHABLE',
		'Host did not answer within the Connection Timeout. Check Host, Port and the firewall, or raise the timeout.',
	],
	silent: [
		'ERR_UNREACHABLE',
		({ speaks }) =>
			`Something accepts connections at this port, but it did not speak ${speaks} within the Connection Timeout. Check Port and TLS.`,
	],
	dropped: [
		'ERR_UNREACHABLE',
		'The server closed the connection before it was ready. Check Port and TLS, then the log of the server.',
	],
	foreign: [
		'ERR_UNREACHABLE',
		({ speaks }) => `Something answers at this port, but it does not speak ${speaks}. Check Port.`,
	],
	'tls-not-offered': [
		'ERR_TLS_FAILED',
		({ local }) =>
			local
				? 'The server offers no TLS. For a server on this very machine, TLS can be switched off in the credential.'
				: 'The server offers no TLS. Turn TLS on at the server; switch it off in the credential only if nobody else is on the way to it.',
	],
	'tls-demanded': [
		'ERR_TLS_FAILED',
		'The server accepts connections with TLS only, or has no rule that lets this user in without. Choose a TLS mode other than off.',
	],
	'tls-untrusted': [
		'ERR_TLS_FAILED',
		'The certificate of the server is signed by nobody that n8n trusts. If it is from an authority of your own, put the certificate of that authority into CA Certificate.',
	],
	'tls-expired': [
		'ERR_TLS_FAILED',
		'The certificate of the server has expired or is not valid yet. Renew it at the server, and check the clock of this machine.',
	],
	'tls-other-name': [
		'ERR_TLS_FAILED',
		'The certificate of the server is for another name. Put the name that it carries into Host, or have one issued for this Host.',
	],
	'tls-identity-refused': [
		'ERR_TLS_FAILED',
		'The server asks for a client certificate that it trusts. Check the client certificate and its key, and which authority the server expects.',
	],
	'tls-plain-port': [
		'ERR_TLS_FAILED',
		'This port does not start with TLS. Set TLS to "STARTTLS", or use the port that starts with TLS, usually 465.',
	],
	'tls-no-greeting': [
		'ERR_TLS_FAILED',
		'The server accepted the connection, but sent no greeting. If this port starts with TLS, as 465 does, set TLS to "From the Start".',
	],
	'tls-too-old': [
		'ERR_TLS_FAILED',
		'The server speaks only TLS versions or ciphers that are no longer safe. TLS 1.2 or newer has to be turned on at the server.',
	],
	'tls-failed': [
		'ERR_TLS_FAILED',
		'TLS could not be set up with the server. Check that Port and TLS belong together.',
	],
	'login-wrong': [
		'ERR_LOGIN_REFUSED',
		'The server refused the login. Check User and Password, and that this user may log in from the machine of n8n.',
	],
	'password-missing': [
		'ERR_LOGIN_REFUSED',
		'The server asks for a password, but Password is empty. Enter it.',
	],
	'token-wrong': [
		'ERR_LOGIN_REFUSED',
		'The server refused the access token. It may have expired, lack the right to send mail, or belong to another user than User.',
	],
	'not-allowed-from-here': [
		'ERR_LOGIN_REFUSED',
		'The server has no rule that lets this user into this database from the machine of n8n. Add one at the server (in pg_hba.conf for PostgreSQL), or check User, Database and TLS.',
	],
	'login-not-offered': [
		'ERR_LOGIN_REFUSED',
		'The server offers no login on this connection. Use the port for submission, usually 587 with STARTTLS, or set Login to None if the server needs none.',
	],
	'login-other-way': [
		'ERR_LOGIN_REFUSED',
		'The server offers logins, but not this one. Choose the other Login, or allow this one at the server.',
	],
	'login-unsupported': [
		'ERR_LOGIN_REFUSED',
		'The server asks for a way to log in that is not supported or would send the password readably. Give the user a login by password at the server (SCRAM for PostgreSQL, caching_sha2_password or mysql_native_password for MySQL).',
	],
	'password-expired': [
		'ERR_LOGIN_REFUSED',
		'The password of this user has expired, or the account is locked. Set a new password or unlock the account at the server.',
	],
	'database-unknown': [
		'ERR_SERVER_REFUSED',
		'The login is good, but the server has no database of this name. Check Database: its spelling, and upper and lower case.',
	],
	'database-forbidden': [
		'ERR_SERVER_REFUSED',
		'This user may not open this database. Grant it the right to connect, or check Database.',
	],
	'too-many': [
		'ERR_SERVER_REFUSED',
		'The server has no connection left for this user. Close some, or raise the limit at the server.',
	],
	busy: [
		'ERR_SERVER_REFUSED',
		'All connections that this credential allows are in use. Try again later. A database credential allows more under Maximum Number of Connections.',
	],
	blocked: [
		'ERR_SERVER_REFUSED',
		'The server does not let the machine of n8n in, or has blocked it after many failures. Unblock it at the server.',
	],
	'not-ready': [
		'ERR_SERVER_REFUSED',
		'The server is starting, stopping or too busy. Try again in a moment.',
	],
	'refused-otherwise': [
		'ERR_SERVER_REFUSED',
		'The server ended the attempt for a reason of its own. Its log says why.',
	],
	'tunnel-unreachable': [
		'ERR_UNREACHABLE',
		'The SSH server could not be reached. Check SSH Host and SSH Port.',
	],
	'tunnel-login-wrong': [
		'ERR_LOGIN_REFUSED',
		'The SSH server refused the login. Check SSH User and the SSH password or key.',
	],
	'tunnel-key-unreadable': [
		'ERR_LOGIN_REFUSED',
		'SSH Private Key could not be read. Check that it is complete, and that SSH Passphrase belongs to it.',
	],
	'tunnel-closed-beyond': [
		'ERR_UNREACHABLE',
		'The SSH server let n8n in, but could not connect to Host and Port from there, or does not allow forwarding. Check both as seen from the SSH server.',
	],
	'tunnel-unavailable': [
		'ERR_UNREACHABLE',
		'SSH Tunnel is on, but this n8n offers nodes no SSH connections. Turn it off, or use a newer n8n.',
	],
} as const satisfies Record<string, readonly [SealboxErrorCode, Sentence]>;

export type FailureReason = keyof typeof FAILURES;

/** The error that people see for a failed connection. */
function connectionFailure(reason: FailureReason, subject: Subject): SealboxError {
	const [code, sentence]: readonly [SealboxErrorCode, Sentence] = FAILURES[reason];
	return new SealboxError(code, typeof sentence === 'string' ? sentence : sentence(subject));
}

/** What went wrong, before anyone has put it into words. Carries no message of a server or driver. */
export class Failed extends Error {
	constructor(readonly reason: FailureReason) {
		super(reason);
		this.name = 'Failed';
	}
}

/**
 * Turns a failure into the error that people see; what a driver or server said is left behind.
 *
 * @throws {@link SealboxError} with a sentence of {@link FAILURES}
 */
export async function inWords<T>(subject: Subject, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		throw connectionFailure(error instanceof Failed ? error.reason : 'foreign', subject);
	}
}
