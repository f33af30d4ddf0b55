import { generateKeyPairSync } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { send } from '../../src/mail/send';
import type { Draft, File } from '../../src/mail/message';
import { Authority } from '../servers/certificates';
import { hasGoodDkim } from '../servers/dkim';
import { startMail, type MailOptions, type MailServer } from '../servers/mail';
import { refusal } from './refusal';

/* Mails to a real SMTP server, which keeps what it was sent, byte by byte. */

const authority = new Authority('Sealbox test mail servers');
const forLocalhost = authority.issue({ name: 'localhost' });
const PASSWORD = 'canary-mail-8Vw2Lq0Zt';
const ACCOUNT = { user: 'ada@example.com', password: PASSWORD };
const LIMITS = { maxBytes: 1_000_000 };

interface Envelope {
	mailFrom: { address: string };
	rcptTo: { address: string }[];
}
interface Session {
	envelope: Envelope;
	id: string;
	secure: boolean;
}
type Done = (error?: Error | null) => void;

let mails: { raw: string; envelope: Envelope; session: string; secure: boolean }[] = [];
const running: MailServer[] = [];

const start = async (options: MailOptions = {}): Promise<MailServer> => {
	const server = await startMail(forLocalhost, {
		...ACCOUNT,
		authMethods: ['PLAIN', 'LOGIN'],
		onData: (stream: Readable, { envelope, id, secure }: Session, done: Done) => {
			void buffer(stream).then((bytes) => {
				mails.push({
					raw: bytes.toString('latin1'),
					envelope: structuredClone(envelope),
					session: id,
					secure,
				});
				done();
			});
		},
		...options,
	});
	running.push(server);
	return server;
};
beforeEach(() => (mails = []));
afterEach(
	async () => await Promise.all(running.splice(0).map(async (server) => await server.stop())),
);

const access = (server: { port: number }, change: object = {}) => ({
	id: `mail at ${server.port}`,
	data: {
		host: 'localhost',
		port: server.port,
		tls: 'starttls',
		ca: authority.certificate,
		login: 'password',
		...ACCOUNT,
		connectTimeout: 3000,
		...change,
	},
});

const DRAFT: Draft = {
	from: 'Ada <ada@example.com>',
	to: 'Bob <bob@example.com>',
	cc: '',
	bcc: '',
	replyTo: '',
	subject: 'Greetings',
	text: 'Hello',
	html: null,
	inReplyTo: '',
	references: '',
	headers: [],
	attachments: [],
	inline: [],
};
const file = (field: string, text: string, mediaType = 'text/plain'): File => ({
	field,
	fileName: `${field}.txt`,
	mediaType,
	bytes: Buffer.from(text),
});
const deliver = async (server: MailServer, change: Partial<Draft> = {}, fields = {}) =>
	await send(access(server, fields), { ...DRAFT, ...change }, LIMITS);
const refused = async (server: MailServer, change: Partial<Draft> = {}, fields = {}) =>
	await refusal(deliver(server, change, fields), [PASSWORD]);
const header = (name: string): string | undefined =>
	new RegExp(`^${name}: ((?:.*\\r\\n[ \\t])*.*)\\r\\n`, 'im')
		.exec(mails[0]?.raw ?? '')?.[1]
		?.replace(/\r\n[ \t]/g, ' ');

test('a mail arrives over TLS, with text and HTML, and its recipients', async () => {
	const server = await start();
	const { accepted, rejected, messageId, bytes } = await deliver(server, {
		to: 'Bob <bob@example.com>, carol@example.com',
		cc: 'dan@example.com',
		bcc: 'eve@example.com',
		html: '<p>Grüße</p>',
	});
	const [mail] = mails;
	expect(mail?.secure).toBe(true);
	expect(mail?.envelope.mailFrom.address).toBe('ada@example.com');
	const everyone = ['bob', 'carol', 'dan', 'eve'].map((name) => `${name}@example.com`);
	expect(mail?.envelope.rcptTo.map(({ address }) => address)).toEqual(everyone);
	expect(accepted).toEqual(everyone);
	expect(rejected).toEqual([]);
	expect(bytes).toBeGreaterThan(300);
	expect(header('Message-ID')).toBe(messageId);
	expect(header('Cc')).toBe('dan@example.com');
	expect(mail?.raw).toMatch(/multipart\/alternative/);
	expect(mail?.raw).toMatch(/Gr=C3=BC=C3=9Fe/);
	expect(mail?.raw).not.toContain('eve@example.com');
});

test('files are attached, and images shown in the HTML', async () => {
	const server = await start();
	await deliver(server, {
		html: '<img src="cid:logo">',
		inline: [file('logo', 'pixels', 'image/png')],
		attachments: [file('data', 'rows', 'text/csv')],
	});
	const { raw = '' } = mails[0] ?? {};
	expect(raw).toMatch(/Content-Id: <logo>/i);
	expect(raw).toMatch(/Content-Disposition: inline/i);
	expect(raw).toMatch(/Content-Disposition: attachment; filename=data\.txt/i);
	expect(raw).toContain(Buffer.from('rows').toString('base64'));
});

test('an answer names what it answers', async () => {
	const server = await start();
	await deliver(server, {
		inReplyTo: 'two@example.com',
		references: '<one@example.com>',
		replyTo: 'support@example.com',
		headers: [{ name: 'X-Order-Id', value: '42' }],
	});
	expect(header('In-Reply-To')).toBe('<two@example.com>');
	expect(header('References')).toBe('<one@example.com> <two@example.com>');
	expect(header('Reply-To')).toBe('support@example.com');
	expect(header('X-Order-Id')).toBe('42');
});

test('a mail is signed with DKIM, and the signature is good', async () => {
	const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
	const server = await start();
	await deliver(
		server,
		{ text: 'Line one  \r\n\r\nLine  two' },
		{
			dkim: true,
			dkimDomain: 'example.com',
			dkimSelector: 'mail2026',
			dkimPrivateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }),
		},
	);
	expect(header('DKIM-Signature')).toMatch(/d=example\.com.*s=mail2026/s);
	expect(hasGoodDkim(mails[0]?.raw ?? '', publicKey)).toBe(true);
	expect(hasGoodDkim((mails[0]?.raw ?? '').replace('Line one', 'Line 0ne'), publicKey)).toBe(false);
});

test('an access token logs in', async () => {
	const accessToken = 'canary-token-3Kd9Xw1Mz';
	const server = await start({ authMethods: ['XOAUTH2'], accessToken });
	const login = { login: 'oauth2', accessToken };
	expect((await deliver(server, {}, login)).accepted).toHaveLength(1);
	const error = await refused(server, {}, { ...login, accessToken: 'expired' });
	expect(error.message).toContain('access token');
});

test('mails share a connection, up to three at a time, and a changed credential gets its own', async () => {
	const server = await start();
	await Promise.all(Array.from({ length: 8 }, async () => await deliver(server)));
	expect(new Set(mails.map(({ session }) => session)).size).toBeLessThanOrEqual(3);
	await deliver(server);
	expect(server.open()).toBeLessThanOrEqual(3);
	await deliver(server, {}, { hostName: 'n8n.example.com' });
	await new Promise((resolve) => setTimeout(resolve, 100));
	expect(server.open()).toBe(1);
	expect(mails).toHaveLength(10);
});

test('a connection that the server closed while idle is replaced, and the mail arrives once', async () => {
	const server = await start({ socketTimeout: 500 });
	await deliver(server);
	await new Promise((resolve) => setTimeout(resolve, 1000));
	await deliver(server);
	expect(mails).toHaveLength(2);
});

test('nothing is sent where the server offers no TLS', async () => {
	const server = await start({ disabledCommands: ['STARTTLS'], allowInsecureAuth: true });
	expect((await refused(server)).code).toBe('ERR_TLS_FAILED');
	expect(mails).toEqual([]);
});

const no = (code: number, text: string) => (_address: unknown, _session: unknown, done: Done) =>
	done(Object.assign(new Error(text), { responseCode: code }));

test.each<[string, MailOptions, RegExp]>([
	[
		'the sender',
		{ onMailFrom: no(550, `5.7.1 ${PASSWORD}`) },
		/From .* \(reply 550, status 5\.7\.1\)/s,
	],
	['every recipient', { onRcptTo: no(550, `5.1.1 ${PASSWORD}`) }, /every recipient.*5\.1\.1/s],
	['a mail for now', { onMailFrom: no(451, PASSWORD) }, /again later/],
	['a large mail', { size: 100 }, /larger than the server takes/],
	[
		'the content',
		{
			onData: (stream: Readable, _session: unknown, done: Done) => {
				stream.resume();
				stream.on('end', () => done(Object.assign(new Error(PASSWORD), { responseCode: 554 })));
			},
		},
		/what is in it/,
	],
])('a server that refuses %s is told of in our own words', async (_what, options, sentence) => {
	const server = await start(options);
	const error = await refused(server);
	expect(error.code).toBe('ERR_MESSAGE_REFUSED');
	expect(error.message).toMatch(sentence);
});

test('a recipient that is refused is named beside those that are not', async () => {
	const server = await start({
		onRcptTo: ({ address }: { address: string }, _session: unknown, done: Done) =>
			done(address.startsWith('nobody') ? new Error('no') : null),
	});
	expect(await deliver(server, { to: 'bob@example.com, nobody@example.com' })).toMatchObject({
		accepted: ['bob@example.com'],
		rejected: ['nobody@example.com'],
	});
});

test('HTML and texts that look like paths or URLs stay texts', async () => {
	const server = await start();
	await deliver(server, { text: 'file:///etc/passwd', html: '<img src="/etc/passwd">' });
	expect(mails[0]?.raw).toContain('file:///etc/passwd');
	expect(mails[0]?.raw).not.toContain('root:');
});
