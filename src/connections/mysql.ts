import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { DatabaseFields } from '../kinds/database';
import type { Connection } from '../vendor/mysql2';
import { codeOf, reasonOfCode } from './codes';
import { Failed, type FailureReason } from './failure';
import { versionIn, type Server, type Session } from './session';
import { tlsFactsOf, tlsOptionsOf } from './tls';

/** Numbers of the MySQL server error reference; MariaDB shares those below 1900. */
const SERVER_ERRORS: Record<number, FailureReason> = {
	1040: 'too-many',
	1203: 'too-many',
	1226: 'too-many',
	1044: 'database-forbidden',
	1045: 'login-wrong',
	1698: 'login-wrong',
	1049: 'database-unknown',
	1053: 'not-ready',
	1129: 'blocked',
	1130: 'blocked',
	1251: 'login-unsupported',
	1275: 'login-unsupported',
	1524: 'login-unsupported',
	1820: 'password-expired',
	1862: 'password-expired',
	3118: 'password-expired',
	4151: 'password-expired',
	3159: 'tls-demanded',
	3948: 'refused-otherwise',
};

const DRIVER_ERRORS: Record<string, FailureReason> = {
	HANDSHAKE_NO_SSL_SUPPORT: 'tls-not-offered',
	HANDSHAKE_UNKNOWN_ERROR: 'foreign',
	AUTH_SWITCH_PLUGIN_ERROR: 'login-unsupported',
	MYSQL_CLEAR_PASSWORD_NOT_ENABLED: 'login-unsupported',
	PROTOCOL_CONNECTION_LOST: 'dropped',
};

/** A server has room for 16,382 in all; each connection keeps the last ones it used. */
const KEPT_STATEMENTS = 100;

/** Logs in at a MySQL or MariaDB server over an open connection. @throws {@link Failed} */
export async function loginAtMysql(fields: DatabaseFields, stream: Duplex): Promise<Connection> {
	const { createConnection } = await import('../vendor/mysql2');
	const tls = tlsOptionsOf(fields);
	const connection = createConnection({
		host: fields.host,
		port: Number(fields.port),
		user: fields.user,
		password: fields.password,
		database: fields.database,
		connectTimeout: Number(fields.connectTimeout),
		stream: withHost(stream, fields.host),
		// Without verifyIdentity the driver accepts a trusted certificate of any other host.
		...(tls === null ? {} : { ssl: { ...tls, verifyIdentity: tls.rejectUnauthorized } }),
		multipleStatements: false,
		flags: ['-LOCAL_FILES'],
		trace: false,
		maxPreparedStatements: KEPT_STATEMENTS,
	});
	await ready(connection).catch((error: unknown) => {
		throw new Failed(reasonOfMysqlError(error, streamOf(connection)));
	});
	// Without a listener, a connection that breaks between two queries would end the process.
	connection.on('error', () => undefined);
	return connection;
}

/** Logs in to ask for facts only. @throws {@link Failed} */
export async function openMysql(fields: DatabaseFields, stream: Duplex): Promise<Session> {
	const connection = await loginAtMysql(fields, stream);
	const failed = (error: unknown) => {
		throw new Failed(reasonOfMysqlError(error, streamOf(connection)));
	};
	return {
		server: async () => {
			const answer = await connection.promise().query('SELECT VERSION() AS version').catch(failed);
			return serverIn((answer?.[0] as { version?: unknown }[])[0]?.version);
		},
		tls: () => tlsFactsOf(streamOf(connection)),
		close: async () => await connection.promise().end(),
	};
}

const ready = async (connection: Connection): Promise<void> =>
	await new Promise((resolve, reject) => {
		connection.once('connect', () => resolve());
		connection.once('error', reject);
	});

const serverIn = (text: unknown): Server => ({
	product: /mariadb/i.test(String(text)) ? 'MariaDB' : 'MySQL',
	version: versionIn(text),
});

const streamOf = (connection: Connection): Duplex =>
	(connection as unknown as { stream: Duplex }).stream;

/**
 * Tells TLS which host a stream leads to. The driver gives no name for an address, and Node then
 * checks the certificate against the stream's host, or against `localhost` if it has none.
 */
const withHost = (stream: Duplex, host: string): Duplex => Object.assign(stream, { _host: host });

function reasonOfMysqlError(error: unknown, stream: Duplex): FailureReason {
	const { errno } = error as { errno?: number };
	const code = codeOf(error);
	if (code === 'HANDSHAKE_SSL_ERROR') return reasonOfTlsError(error as Error, stream as TLSSocket);
	return (
		SERVER_ERRORS[errno ?? 0] ??
		DRIVER_ERRORS[String(code)] ??
		reasonOfCode(code) ??
		(String(code).startsWith('ER_') ? 'refused-otherwise' : 'foreign')
	);
}

/** The driver overwrites the code of a TLS failure; the socket keeps why a certificate was refused. */
function reasonOfTlsError(error: Error, stream: TLSSocket): FailureReason {
	const refused = stream.authorizationError as unknown;
	const code = typeof refused === 'string' ? refused : codeOf(refused);
	const { reason } = error as { reason?: string };
	return (
		reasonOfCode(code) ?? (reason?.includes('unsupported protocol') ? 'tls-too-old' : 'tls-failed')
	);
}
