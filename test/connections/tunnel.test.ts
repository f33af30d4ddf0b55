import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { testDatabase } from '../../src/connections/database';
import type { SshConnection, SshLogin } from '../../src/connections/tunnel';
import { refusal } from '../integration/refusal';
import { startLoudPostgres } from '../servers/hostile';
import { startListener } from '../servers/listen';

const CANARY = 'canary-sshPw-4Tz8';

const FIELDS = {
	engine: 'postgres',
	host: 'db.internal',
	port: 5432,
	database: 'app',
	user: 'ada',
	password: 'x',
	tls: 'off',
	connectTimeout: 300,
	sshTunnel: true,
	sshHost: 'bastion.example.com',
	sshUser: 'ada',
	sshPassword: CANARY,
};

/** An SSH connection whose other end leads to a local port, and that remembers what it was asked. */
function sshTo(port: number) {
	const asked: { login?: SshLogin; target?: string } = {};
	const connection: SshConnection = {
		forwardOut(_fromHost, _fromPort, host, targetPort, done) {
			asked.target = `${host}:${targetPort}`;
			const channel: Duplex = connect(port, '127.0.0.1', () => done(undefined, channel));
		},
	};
	const open = async (login: SshLogin) => {
		asked.login = login;
		return await Promise.resolve(connection);
	};
	return { asked, open };
}

const failing = async (error: object) =>
	await refusal(
		testDatabase(FIELDS, async () => await Promise.reject(Object.assign(new Error(CANARY), error))),
		[CANARY],
	);

test('a tunnel leads to Host and Port as seen from the SSH server', async () => {
	const server = await startLoudPostgres('15.4', 'welcome');
	const { asked, open } = sshTo(server.port);
	expect((await testDatabase(FIELDS, open)).server.version).toBe('15.4');
	expect(asked.target).toBe('db.internal:5432');
	await server.close();
});

test('the SSH server is handed its own login and nothing of the database', async () => {
	const server = await startLoudPostgres('15.4', 'welcome');
	const { asked, open } = sshTo(server.port);
	await testDatabase(FIELDS, open);
	expect(asked.login).toEqual({
		sshHost: 'bastion.example.com',
		sshPort: 22,
		sshUser: 'ada',
		sshAuthenticateWith: 'password',
		sshPassword: CANARY,
	});
	await server.close();
});

test('a channel is closed at the deadline', async () => {
	const server = await startListener((socket) => void socket.resume());
	const { open } = sshTo(server.port);
	expect((await refusal(testDatabase(FIELDS, open), [CANARY])).message).toContain('did not speak');
	await new Promise((resolve) => setTimeout(resolve, 50));
	expect(server.open()).toBe(0);
	await server.close();
});

test('an SSH server that never answers is given up at the deadline', async () => {
	const { message } = await refusal(
		testDatabase(FIELDS, async () => await new Promise(() => undefined)),
		[CANARY],
	);
	expect(message).toContain('SSH server could not be reached');
});

test.each([
	[{ level: 'client-authentication' }, 'ERR_LOGIN_REFUSED', 'SSH server refused the login'],
	[{ level: 'client-socket', code: 'ECONNREFUSED' }, 'ERR_UNREACHABLE', 'Check SSH Host'],
	[{ message: `Cannot parse privateKey: ${CANARY}` }, 'ERR_LOGIN_REFUSED', 'SSH Private Key'],
])('the SSH failure %j becomes a sentence about SSH fields', async (error, code, sentence) => {
	expect(await failing(error)).toMatchObject({ code, message: expect.stringContaining(sentence) });
});

test('a target that the SSH server cannot reach is told from an SSH server that n8n cannot reach', async () => {
	const connection: SshConnection = {
		forwardOut: (_a, _b, _c, _d, done) => done(new Error(CANARY), undefined as never),
	};
	const { message } = await refusal(
		testDatabase(FIELDS, async () => await Promise.resolve(connection)),
		[CANARY],
	);
	expect(message).toContain('could not connect to Host and Port from there');
});

test('without SSH connections of the host, a tunnel is refused and not gone around', async () => {
	const { message } = await refusal(testDatabase(FIELDS), [CANARY]);
	expect(message).toContain('offers nodes no SSH connections');
});
