import type { Duplex } from 'node:stream';
import { database, type DatabaseFields } from '../kinds/database';
import { parseFields } from '../kinds/kind';
import { isLoopback } from '../kinds/network';
import { withDeadline } from './deadline';
import { Failed, inWords, type FailureReason } from './failure';
import { openMysql } from './mysql';
import { openPostgres } from './postgres';
import { reach, targetOf } from './reach';
import type { Server, Session } from './session';
import type { TlsFacts } from './tls';
import { tunnelTo, type OpenSsh } from './tunnel';
import { using, type keeping } from './using';

export interface DatabaseReport {
	ok: true;
	server: Server;
	tls: TlsFacts;
	/** From the first packet to the answer of the first query. */
	latencyMs: number;
	warnings: string[];
}

const ENGINES = {
	postgres: { speaks: 'PostgreSQL', open: openPostgres },
	mysql: { speaks: 'MySQL', open: openMysql },
} as const;

/** A server that does not say goodbye is left without one. */
const FAREWELL_MS = 500;

/**
 * Logs in at the database of a credential, asks for its version, and logs out.
 *
 * @param data - the fields of a Sealbox Database credential; checked here
 * @param openSsh - the host's way to an SSH server, for credentials with a tunnel
 * @throws SealboxError `ERR_CREDENTIAL_INVALID`, `ERR_UNREACHABLE`, `ERR_TLS_FAILED`,
 *   `ERR_LOGIN_REFUSED` or `ERR_SERVER_REFUSED`, with a sentence that names the field to look at
 */
export async function testDatabase(data: unknown, openSsh?: OpenSsh): Promise<DatabaseReport> {
	const fields = parseFields(database, data);
	const { open } = ENGINES[fields.engine];
	const started = performance.now();
	return await inWords(subjectOf(fields), async () => {
		const facts = await speaking(
			fields,
			{ openSsh, hold: using },
			async (stream) => await factsOf(await open(fields, stream)),
		);
		return { ok: true, ...facts, ...aside(fields, started) };
	});
}

/** What a sentence about the server of a credential needs to know. */
export const subjectOf = ({ engine, host, sshTunnel }: DatabaseFields) => ({
	speaks: ENGINES[engine].speaks,
	local: isLoopback(host) && !sshTunnel,
});

/**
 * Connects within the Connection Timeout, and lets a driver speak on the connection.
 *
 * @param hold - what becomes of the connection afterwards
 * @throws {@link Failed} that says what the wait was for; what `work` throws
 */
export async function speaking<T>(
	fields: DatabaseFields,
	{ openSsh, hold }: { openSsh: OpenSsh | undefined; hold: typeof using | typeof keeping },
	work: (stream: Duplex) => Promise<T>,
): Promise<T> {
	let late: FailureReason = fields.sshTunnel ? 'tunnel-unreachable' : 'timeout';
	return await withDeadline(
		Number(fields.connectTimeout),
		() => late,
		async (signal) => {
			const stream = await wayTo(fields, openSsh, signal);
			late = 'silent';
			return await hold(stream, async () => await work(stream));
		},
	);
}

const aside = (fields: DatabaseFields, started: number) => ({
	latencyMs: Math.round(performance.now() - started),
	warnings: database.warnings?.(fields) ?? [],
});

async function factsOf(session: Session): Promise<{ server: Server; tls: TlsFacts }> {
	try {
		return { server: await session.server(), tls: session.tls() };
	} finally {
		const giveUp = new Promise((resolve) => setTimeout(resolve, FAREWELL_MS).unref());
		await Promise.race([session.close().catch(() => undefined), giveUp]);
	}
}

/** The TCP connection or SSH channel on which a driver is to speak. @throws {@link Failed} */
async function wayTo(
	fields: DatabaseFields,
	openSsh: OpenSsh | undefined,
	signal: AbortSignal,
): Promise<Duplex> {
	if (!fields.sshTunnel) return await reach(targetOf(fields), signal);
	if (openSsh === undefined) throw new Failed('tunnel-unavailable');
	return await tunnelTo(targetOf(fields), fields, openSsh, signal);
}
