import { buffer } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { createCanary, type Canary } from '../../host/canary.ts';
import type { Execution, NodeOnCanvas } from '../../host/client.ts';
import { Authority } from '../servers/certificates';
import { startMail, type MailServer } from '../servers/mail';
import { connect, inLine, items, messageOf, outputOf, sightings } from './host.ts';

/* Sealbox Email in a real n8n, against a real mail server: good input, bad input, and no password. */

const client = connect();
const authority = new Authority('Sealbox end-to-end mail');
const user = 'ada@example.com';

let server: MailServer;
let canary: Canary;
let id: string;
let mails: { raw: string; to: string[] }[] = [];

beforeAll(async () => {
	canary = createCanary('password of the mailbox');
	server = await startMail(authority.issue({ name: 'localhost' }), {
		user,
		password: canary.value,
		onRcptTo: (
			{ address }: { address: string },
			_session: unknown,
			done: (error?: Error | null) => void,
		) => done(address.startsWith('nobody') ? new Error(`no, ${canary.value}`) : null),
		onData: (
			stream: Readable,
			{ envelope }: { envelope: { rcptTo: { address: string }[] } },
			done: () => void,
		) => {
			const to = envelope.rcptTo.map(({ address }) => address);
			void buffer(stream).then((bytes) => {
				mails.push({ raw: bytes.toString('latin1'), to });
				done();
			});
		},
	});
	id = await client.createCredential('Mailbox that sends', 'sealboxSmtpApi', {
		host: 'localhost',
		port: server.port,
		tls: 'starttls',
		ca: authority.certificate,
		login: 'password',
		user,
		password: canary.value,
	});
});
afterAll(() => server?.stop());
beforeEach(() => (mails = []));

const email = (parameters: object, settings: object = {}): NodeOnCanvas => ({
	name: 'Email',
	type: 'n8n-nodes-sealbox.sealboxEmail',
	typeVersion: 1,
	parameters: {
		operation: 'send',
		fromEmail: 'Ada <ada@example.com>',
		toEmail: 'bob@example.com',
		subject: 'Greetings',
		emailFormat: 'text',
		text: 'Hello',
		...parameters,
	},
	credentials: { sealboxSmtpApi: { id, name: 'Mailbox' } },
	...settings,
});
const file = (name: string, content: string): NodeOnCanvas[] => [
	{
		name: `Text of ${name}`,
		type: 'n8n-nodes-base.set',
		typeVersion: 3.4,
		parameters: { mode: 'raw', jsonOutput: JSON.stringify({ content }) },
	},
	{
		name: `File ${name}`,
		type: 'n8n-nodes-base.convertToFile',
		typeVersion: 1.1,
		parameters: {
			operation: 'toText',
			sourceProperty: 'content',
			binaryPropertyName: name,
			options: { fileName: `${name}.txt` },
		},
	},
];
const run = async (...nodes: NodeOnCanvas[]): Promise<Execution> =>
	await client.runOnce(inLine('Mail', ...nodes));

test('each item is a mail, with what its expressions say', async () => {
	const execution = await run(
		...items({ to: 'bob@example.com', name: 'Bob' }, { to: 'carol@example.com', name: 'Carol' }),
		email({ toEmail: '={{ $json.to }}', text: '=Hello {{ $json.name }}' }),
	);
	expect(messageOf(execution)).toBe('');
	expect(mails.map(({ to }) => to)).toEqual([['bob@example.com'], ['carol@example.com']]);
	expect(mails[1]?.raw).toContain('Hello Carol');
	expect(outputOf(execution, 'Email')[0]).toEqual({
		messageId: expect.stringMatching(/^<.+@example\.com>$/),
		accepted: ['bob@example.com'],
		rejected: [],
		bytes: expect.any(Number),
	});
});

test('a binary field goes along as a file, or as an image that the HTML shows', async () => {
	const attached = await run(
		...file('invoice', 'to pay: 3'),
		email({ options: { attachments: 'invoice' } }),
	);
	expect(messageOf(attached)).toBe('');
	expect(mails[0]?.raw).toContain('filename=invoice.txt');
	expect(mails[0]?.raw).toContain(Buffer.from('to pay: 3').toString('base64'));
	const html = { emailFormat: 'html', html: '<img src="cid:logo">' };
	const shown = await run(
		...file('logo', 'x'),
		email({ ...html, options: { inlineImages: 'logo' } }),
	);
	expect(messageOf(shown)).toBe('');
	expect(mails[1]?.raw).toMatch(/Content-Id: <logo>/i);
});

test.each<[string, object, RegExp]>([
	[
		'a line break in the subject',
		{ subject: '=Hi{{ "\\r\\n" }}Bcc: eve@example.com' },
		/Subject holds a line break/,
	],
	[
		'an address that is none',
		{ toEmail: 'nobody at all' },
		/To holds something that is no mail address/,
	],
	[
		'a file that is not there',
		{ options: { attachments: 'nothing' } },
		/no file in the field "nothing"/,
	],
	['too much text', { text: 'x'.repeat(30_000), options: { maxSize: 0.01 } }, /Maximum Size/],
	[
		'a recipient that the server refuses',
		{ toEmail: 'nobody@example.com' },
		/refused every recipient/,
	],
])('%s is refused in a sentence, and nothing is sent', async (_what, parameters, sentence) => {
	const execution = await run(email(parameters));
	expect(execution.status).toBe('error');
	expect(messageOf(execution)).toMatch(sentence);
	expect(mails).toEqual([]);
});

test('where the run goes on, one bad item costs no other', async () => {
	const execution = await run(
		...items({ to: 'bob@example.com' }, { to: 'nobody' }, { to: 'carol@example.com' }),
		email({ toEmail: '={{ $json.to }}' }, { onError: 'continueRegularOutput' }),
	);
	expect(execution.status).toBe('success');
	expect(outputOf(execution, 'Email')[1]).toEqual({
		error: expect.stringContaining('no mail address'),
		details: { code: 'ERR_MESSAGE_INVALID' },
	});
	expect(mails).toHaveLength(2);
});

test('the password is nowhere, though the server said it', () => {
	expect(sightings([canary], client)).toEqual([]);
});
