import { randomBytes } from 'node:crypto';
import { testMail } from '../../src/connections/mail';
import type { Fields } from '../../src/kinds/kind';
import { Authority } from '../servers/certificates';
import { freePort } from '../servers/listen';
import { startMail, type MailOptions, type MailServer } from '../servers/mail';
import { refusal } from './refusal';

/* Real mail servers (smtp-server), one for each way in which servers are set up. */

const authority = new Authority('Sealbox test mail servers');
const forLocalhost = authority.issue({ name: 'localhost' });

const password = randomBytes(18).toString('base64url');
const accessToken = randomBytes(40).toString('base64url');
const account = { user: 'ada@example.com', password, accessToken };

const running: MailServer[] = [];
const start = async (options: MailOptions = {}, identity = forLocalhost): Promise<MailServer> => {
	const server = await startMail(identity, {
		...account,
		authMethods: ['PLAIN', 'LOGIN'],
		...options,
	});
	running.push(server);
	return server;
};
afterEach(
	async () => await Promise.all(running.splice(0).map(async (server) => await server.stop())),
);

const fieldsFor = ({ port }: { port: number }, change: Fields = {}): Fields => ({
	host: 'localhost',
	port,
	tls: 'starttls',
	ca: authority.certificate,
	login: 'password',
	user: account.user,
	password,
	connectTimeout: 3000,
	...change,
});

const report = async (server: { port: number }, change?: Fields) =>
	await testMail(fieldsFor(server, change));
const refused = async (server: { port: number }, change?: Fields) =>
	await refusal(testMail(fieldsFor(server, change)), [password, accessToken]);

const PLAIN_ONLY: MailOptions = { disabledCommands: ['STARTTLS'], allowInsecureAuth: true };
const XOAUTH2: MailOptions = { authMethods: ['XOAUTH2'] };

describe('a good login', () => {
	test('over STARTTLS is reported with what the server offers', async () => {
		const server = await start({ size: 25_000_000 });
		const { server: offers, login, tls, warnings } = await report(server);
		expect(offers).toEqual({
			extensions: expect.arrayContaining(['PIPELINING', 'SIZE']),
			logins: ['PLAIN', 'LOGIN'],
			maxMessageMegabytes: 25,
		});
		expect(login).toBe('password');
		expect(tls).toMatchObject({ encrypted: true, verified: true, protocol: 'TLSv1.3' });
		expect(warnings).toEqual([]);
	});

	test('over TLS from the start is reported as verified', async () => {
		const server = await start({ secure: true });
		expect(await report(server, { tls: 'implicit' })).toMatchObject({
			ok: true,
			tls: { encrypted: true, verified: true },
		});
	});

	test('without TLS works only when chosen, and says what it is', async () => {
		const server = await start(PLAIN_ONLY);
		expect(await report(server, { tls: 'none', ca: '' })).toMatchObject({
			login: 'password',
			tls: { encrypted: false, verified: false },
		});
	});

	test('by access token uses XOAUTH2', async () => {
		const server = await start(XOAUTH2);
		expect((await report(server, { login: 'oauth2', accessToken })).login).toBe('oauth2');
	});

	test('by CRAM-MD5 works where it is all there is', async () => {
		const onAuth = (
			login: { validatePassword: (password: string) => boolean },
			_session: unknown,
			done: (error: Error | null, answer?: object) => void,
		) => done(login.validatePassword(password) ? null : new Error('refused'), { user: 1 });
		const server = await start({ authMethods: ['CRAM-MD5'], onAuth });
		expect((await report(server)).ok).toBe(true);
		expect((await refused(server, { password: 'not the password' })).code).toBe(
			'ERR_LOGIN_REFUSED',
		);
	});

	test('is not needed where Login is None, and none is claimed', async () => {
		const server = await start({ authOptional: true });
		expect((await report(server, { login: 'none' })).login).toBe('none');
	});

	test('introduces itself with the Client Host Name', async () => {
		const names: string[] = [];
		const server = await start({
			onAuth: (
				_login: unknown,
				session: { hostNameAppearsAs: string },
				done: (error: null, answer: object) => void,
			) => {
				names.push(session.hostNameAppearsAs);
				done(null, { user: 1 });
			},
		});
		await report(server, { hostName: 'n8n.example.com' });
		expect(names).toEqual(['n8n.example.com']);
	});

	test('leaves no connection behind', async () => {
		const server = await start();
		await report(server);
		await refused(server, { password: 'not the password' });
		await new Promise((resolve) => setTimeout(resolve, 100));
		expect(server.open()).toBe(0);
	});
});

describe('a login that is refused', () => {
	test('for a wrong password names User and Password', async () => {
		const server = await start();
		expect(await refused(server, { password: 'not the password' })).toMatchObject({
			code: 'ERR_LOGIN_REFUSED',
			message: expect.stringContaining('Check User and Password'),
		});
	});

	test('for a wrong access token names the token', async () => {
		const server = await start(XOAUTH2);
		expect(await refused(server, { login: 'oauth2', accessToken: 'expired' })).toMatchObject({
			code: 'ERR_LOGIN_REFUSED',
			message: expect.stringContaining('access token'),
		});
	});

	test('is noticed where the server offers none, though the driver would pass', async () => {
		const server = await start({ disabledCommands: ['AUTH'], authOptional: true });
		expect(await refused(server)).toMatchObject({
			code: 'ERR_LOGIN_REFUSED',
			message: expect.stringContaining('offers no login'),
		});
	});

	test('is not tried where the server offers only another way', async () => {
		const tried = jest.fn();
		const server = await start({ ...XOAUTH2, onAuth: tried });
		expect((await refused(server)).message).toContain('not this one');
		expect(tried).not.toHaveBeenCalled();
	});
});

describe('TLS', () => {
	test('that the server does not offer is never done without', async () => {
		const onAuth = jest.fn();
		const server = await start({ ...PLAIN_ONLY, onAuth });
		expect(await refused(server)).toMatchObject({
			code: 'ERR_TLS_FAILED',
			message: expect.stringContaining('offers no TLS'),
		});
		expect(onAuth).not.toHaveBeenCalled();
	});

	test('that is hidden from the announcement is asked for all the same', async () => {
		const server = await start({ hideSTARTTLS: true });
		expect((await report(server)).tls.encrypted).toBe(true);
	});

	test.each([
		['of an unknown authority', { ca: '' }, 'signed by nobody'],
		['for another host', { host: '127.0.0.1' }, 'for another name'],
	])('with a certificate %s is refused', async (_title, change, sentence) => {
		const upgrading = await start();
		const secure = await start({ secure: true });
		for (const refusedBy of [
			await refused(upgrading, change),
			await refused(secure, { ...change, tls: 'implicit' }),
		]) {
			expect(refusedBy).toMatchObject({
				code: 'ERR_TLS_FAILED',
				message: expect.stringContaining(sentence),
			});
		}
	});

	test('with an expired certificate is refused', async () => {
		const server = await start({}, authority.issue({ name: 'localhost', expired: true }));
		expect((await refused(server)).message).toContain('expired');
	});

	test('with a certificate for the address is accepted', async () => {
		const identity = authority.issue({ name: 'mail', alternatives: ['IP:127.0.0.1'] });
		const server = await start({}, identity);
		expect((await report(server, { host: '127.0.0.1' })).tls.verified).toBe(true);
	});

	test('older than 1.2 is refused', async () => {
		const server = await start({
			secure: true,
			minVersion: 'TLSv1',
			maxVersion: 'TLSv1.1',
			ciphers: 'DEFAULT@SECLEVEL=0',
		});
		expect((await refused(server, { tls: 'implicit' })).code).toBe('ERR_TLS_FAILED');
	});

	test('from the start on a port without it names the TLS mode', async () => {
		const server = await start();
		expect(await refused(server, { tls: 'implicit' })).toMatchObject({
			code: 'ERR_TLS_FAILED',
			message: expect.stringContaining('Set TLS to "STARTTLS"'),
		});
	});

	test('by STARTTLS on a port that starts with it names the TLS mode', async () => {
		const server = await start({ secure: true });
		expect(await refused(server, { connectTimeout: 500 })).toMatchObject({
			code: 'ERR_TLS_FAILED',
			message: expect.stringContaining('set TLS to "From the Start"'),
		});
	});
});

describe('a server that cannot be reached', () => {
	test('because nothing listens there, says so', async () => {
		const port = await freePort();
		expect(await refused({ port })).toMatchObject({
			code: 'ERR_UNREACHABLE',
			message: expect.stringContaining('Nothing accepts connections'),
		});
	});

	test('because it is too busy, says that it may be tried again', async () => {
		const server = await start({ maxClients: 0, onConnect: busy });
		expect((await refused(server)).code).toBe('ERR_SERVER_REFUSED');
	});
});

const busy = (_session: unknown, done: (error: Error) => void): void =>
	done(Object.assign(new Error('busy'), { responseCode: 421 }));
