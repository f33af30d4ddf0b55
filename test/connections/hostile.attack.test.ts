import { inspect } from 'node:util';
import { testDatabase } from '../../src/connections/database';
import { testMail } from '../../src/connections/mail';
import { refusal } from '../integration/refusal';
import { startLoudMysql, startLoudPostgres, startLoudSmtp } from '../servers/hostile';
import { startListener, type Listener } from '../servers/listen';

/*
 * Attacks by the server that a credential leads to:
 *  1. it repeats the password in its greeting, its errors, its version and what it announces;
 *  2. it accepts the connection and never says a word;
 *  3. it talks without end, or in another protocol;
 *  4. it closes the connection at the worst moment;
 *  5. it asks for the password in clear text, or offers only a login that is not for passwords.
 */

const CANARY = 'canary-7Qx2Lr9vWc';

const databaseAt = ({ port }: { port: number }, engine = 'postgres') => ({
	engine,
	host: '127.0.0.1',
	port,
	database: 'app',
	user: 'ada',
	password: CANARY,
	tls: 'off',
	connectTimeout: 300,
});
const mailAt = ({ port }: { port: number }) => ({
	host: '127.0.0.1',
	port,
	tls: 'none',
	user: 'ada',
	password: CANARY,
	connectTimeout: 300,
});

const open: Listener[] = [];
const during = <T extends Listener>(listener: T): T => {
	open.push(listener);
	return listener;
};
afterEach(
	async () => await Promise.all(open.splice(0).map(async (listener) => await listener.close())),
);

const refused = async (work: Promise<unknown>) => await refusal(work, [CANARY]);

describe('a server that repeats the password', () => {
	test('in a PostgreSQL error is not quoted', async () => {
		const server = during(await startLoudPostgres(CANARY, 'refuse'));
		expect((await refused(testDatabase(databaseAt(server)))).code).toBe('ERR_LOGIN_REFUSED');
	});

	test('as its PostgreSQL version is not quoted', async () => {
		const server = during(await startLoudPostgres(CANARY, 'welcome'));
		const report = await testDatabase(databaseAt(server));
		expect(report.server).toEqual({ product: 'PostgreSQL', version: 'unknown' });
		expect(inspect(report, { depth: 9 })).not.toContain(CANARY);
	});

	test('in a MySQL greeting and error is not quoted', async () => {
		const server = during(await startLoudMysql(CANARY));
		expect((await refused(testDatabase(databaseAt(server, 'mysql')))).code).toBe(
			'ERR_LOGIN_REFUSED',
		);
	});

	test('in SMTP answers is not quoted', async () => {
		const server = during(await startLoudSmtp(CANARY));
		expect((await refused(testMail(mailAt(server)))).code).toBe('ERR_LOGIN_REFUSED');
	});

	test('in what it announces over SMTP is not quoted', async () => {
		const server = during(await startLoudSmtp(CANARY, { AUTH: `235 ${CANARY}\r\n` }));
		const report = await testMail(mailAt(server));
		expect(report.server).toEqual({ extensions: ['SIZE'], logins: ['PLAIN'] });
		expect(inspect(report, { depth: 9 })).not.toContain(CANARY);
	});
});

const ALL = [
	['PostgreSQL', async (at: { port: number }) => await testDatabase(databaseAt(at))],
	['MySQL', async (at: { port: number }) => await testDatabase(databaseAt(at, 'mysql'))],
	['SMTP', async (at: { port: number }) => await testMail(mailAt(at))],
] as const;

describe.each(ALL)('%s', (protocol, test_) => {
	test('a server that never speaks is left at the deadline', async () => {
		const server = during(await startListener((socket) => void socket.resume()));
		const started = Date.now();
		const { code, message } = await refused(test_(server));
		expect(Date.now() - started).toBeLessThan(1500);
		expect(code).toMatch(/^ERR_(UNREACHABLE|TLS_FAILED)$/);
		expect(message).toMatch(/did not speak|sent no greeting/);
		await soon();
		expect(server.open()).toBe(0);
	});

	test('a server that talks without end is left at the deadline at the latest', async () => {
		const server = during(
			await startListener((socket) => {
				const timer = setInterval(() => socket.write('x'.repeat(1000)), 5);
				socket.on('close', () => clearInterval(timer));
			}),
		);
		expect((await refused(test_(server))).code).toMatch(/^ERR_/);
		await soon();
		expect(server.open()).toBe(0);
	});

	test('a server of another protocol is recognised as such', async () => {
		const server = during(
			await startListener((socket) =>
				socket.end(`HTTP/1.1 400 Bad Request\r\nX-Canary: ${CANARY}\r\n\r\n`),
			),
		);
		const { code, message } = await refused(test_(server));
		expect(code).toBe('ERR_UNREACHABLE');
		expect(message).toMatch(new RegExp(`does not speak ${protocol}|closed the connection`));
	});

	test('a server that hangs up at once is told from one that is not there', async () => {
		const server = during(await startListener((socket) => socket.destroy()));
		expect(await refused(test_(server))).toMatchObject({
			code: 'ERR_UNREACHABLE',
			message: expect.stringContaining('closed the connection'),
		});
	});
});

test('a password is not sent to a mail server that offers no login for passwords', async () => {
	const ehlo = { EHLO: '250-here\r\n250 AUTH XOAUTH2\r\n' };
	const server = during(await startLoudSmtp(CANARY, ehlo));
	await refused(testMail(mailAt(server)));
	const said = server.heard.join('\n');
	expect(said).not.toMatch(/^AUTH/m);
	expect(said).not.toContain(Buffer.from(CANARY).toString('base64').slice(0, 20));
});

test('a password is not sent to a MySQL server that asks for it in clear text', async () => {
	const server = during(await startLoudMysql(CANARY, 'ask'));
	const { code, message } = await refused(testDatabase(databaseAt(server, 'mysql')));
	expect(code).toBe('ERR_LOGIN_REFUSED');
	expect(message).toContain('would send the password readably');
	expect(server.heard.join()).not.toContain(CANARY);
});

/** Time for the other side to notice that a socket is gone. */
const soon = async () => await new Promise((resolve) => setTimeout(resolve, 50));
