import type { Duplex } from 'node:stream';
import type { DatabaseFields } from '../kinds/database';
import type { Client } from '../vendor/pg';
import { codeOf, reasonOfCode } from './codes';
import { Failed, type FailureReason } from './failure';
import { versionIn, type Session } from './session';
import { tlsFactsOf, tlsOptionsOf } from './tls';

/** SQLSTATE codes, PostgreSQL documentation, appendix A. */
const SQLSTATES: Record<string, FailureReason> = {
	'28P01': 'login-wrong',
	'28000': 'not-allowed-from-here',
	'3D000': 'database-unknown',
	'42501': 'database-forbidden',
	'53300': 'too-many',
	'57P03': 'not-ready',
	'57P01': 'not-ready',
	'57P02': 'not-ready',
};

/** Failures that node-postgres itself words, without a code; the texts are its own. */
const WORDED: readonly (readonly [RegExp, FailureReason])[] = [
	[/^The server does not support SSL connections$/, 'tls-not-offered'],
	[/^There was an error establishing an SSL connection$/, 'foreign'],
	[/^SASL: .*password must be a (non-empty )?string/, 'password-missing'],
	[/^SASL: /, 'login-unsupported'],
	[/^Unknown authenticationOk message type/, 'login-unsupported'],
	[/^Connection terminated/, 'dropped'],
];

/** Logs in at a PostgreSQL server over an open connection. @throws {@link Failed} */
export async function loginAtPostgres(fields: DatabaseFields, stream: Duplex): Promise<Client> {
	const { Client } = await import('../vendor/pg');
	const client = new Client({
		...sayingAll(fields),
		stream: () => alreadyConnected(stream),
		ssl: tlsOptionsOf(fields) ?? false,
	});
	// Without a listener, a connection that breaks between two queries would end the process.
	client.on('error', () => undefined);
	await client.connect().catch((error: unknown) => {
		throw new Failed(reasonOfPostgresError(error, fields));
	});
	return client;
}

/** Logs in to ask for facts only. @throws {@link Failed} */
export async function openPostgres(fields: DatabaseFields, stream: Duplex): Promise<Session> {
	const client = await loginAtPostgres(fields, stream);
	const failed = (error: unknown) => {
		throw new Failed(reasonOfPostgresError(error, fields));
	};
	return {
		server: async () => {
			const result = await client
				.query<{ server_version: string }>('SHOW server_version')
				.catch(failed);
			return { product: 'PostgreSQL', version: versionIn(result?.rows[0]?.server_version) };
		},
		tls: () => tlsFactsOf(streamOf(client)),
		close: async () => await client.end(),
	};
}

/** The stream in use: with TLS, another one than was given. */
const streamOf = (client: object): Duplex =>
	(client as { connection: { stream: Duplex } }).connection.stream;

/**
 * The settings that node-postgres would otherwise take from the environment of the process: an
 * empty password, for one, would become PGPASSWORD, and the operator's secret would go to a server
 * that a workflow's author chose. No timeout is sent with the login, because PgBouncer refuses it.
 */
const sayingAll = (fields: DatabaseFields) => ({
	host: fields.host,
	port: Number(fields.port),
	database: fields.database,
	user: fields.user,
	password: async () => await Promise.resolve(fields.password),
	application_name: 'n8n Sealbox',
	client_encoding: 'UTF8',
	sslnegotiation: 'postgres' as const,
	connectionTimeoutMillis: Number(fields.connectTimeout),
	keepAlive: true,
});

/** node-postgres connects the stream it is given; ours is connected already and just says so. */
function alreadyConnected(stream: Duplex): Duplex {
	const same = () => stream;
	const { setNoDelay = same, setKeepAlive = same } = stream as Partial<
		Record<'setNoDelay' | 'setKeepAlive', () => Duplex>
	>;
	const connect = () => {
		setImmediate(() => stream.emit('connect'));
		return stream;
	};
	return Object.assign(stream, { connect, setNoDelay, setKeepAlive });
}

function reasonOfPostgresError(error: unknown, fields: DatabaseFields): FailureReason {
	const code = codeOf(error);
	const ofServer = SQLSTATES[String(code)];
	if (ofServer === 'not-allowed-from-here' && fields.tls === 'off') return 'tls-demanded';
	const { message = '' } = error as { message?: string };
	const worded = WORDED.find(([pattern]) => pattern.test(message))?.[1];
	const isServers = typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code);
	return (
		ofServer ?? reasonOfCode(code) ?? (isServers ? 'refused-otherwise' : (worded ?? 'foreign'))
	);
}
