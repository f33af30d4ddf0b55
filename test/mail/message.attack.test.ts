import { messageOf, type Draft } from '../../src/mail/message';
import { isSealboxError } from '../../src/sealing/error';

/*
 * What people who fill in a form on a web page may send along: line breaks that begin headers or end
 * the head of a mail, addresses that are more than one, names of files that are paths into headers,
 * and sizes that fill a memory.
 */

const DRAFT: Draft = {
	from: 'ada@example.com',
	to: 'bob@example.com',
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
const LIMITS = { maxBytes: 10_000 };
const file = { field: 'data', fileName: 'a.txt', mediaType: 'text/plain', bytes: Buffer.from('x') };

const message = (change: Partial<Draft>) => messageOf({ ...DRAFT, ...change }, LIMITS);

function refusal(change: Partial<Draft>): string {
	try {
		message(change);
	} catch (error) {
		if (isSealboxError(error)) {
			expect(error.code).toBe('ERR_MESSAGE_INVALID');
			return error.message;
		}
		throw error;
	}
	throw new Error('the mail was taken');
}

const BREAKS = [
	'\r\nBcc: eve@example.com',
	'\nBcc: eve@example.com',
	'\r\n\r\n<b>',
	'\0',
	'\u2028x',
	'\u0085x',
];

describe.each(BREAKS)('a line break as in %j', (injection) => {
	test.each<[string, Partial<Draft>]>([
		['Subject', { subject: `Hi${injection}` }],
		['From', { from: `Ada${injection} <ada@example.com>` }],
		['To', { to: `"Bob${injection}" <bob@example.com>` }],
		['CC', { cc: `bob@example.com${injection}` }],
		['Reply To', { replyTo: `bob@example.com${injection}` }],
		['Header X-A', { headers: [{ name: 'X-A', value: `1${injection}` }] }],
		['The name of a header', { headers: [{ name: `X-A${injection}`, value: '1' }] }],
		['The file name of "data"', { attachments: [{ ...file, fileName: `a${injection}` }] }],
		['The type of "data"', { attachments: [{ ...file, mediaType: `text/plain${injection}` }] }],
		['In Reply To', { inReplyTo: `<a@b>${injection}` }],
	])('is refused in %s, in a sentence that does not repeat it', (field, change) => {
		const sentence = refusal(change);
		expect(sentence).toContain(field);
		expect(sentence).not.toContain('eve');
	});
});

test.each([
	'nobody',
	'@example.com',
	'a@b@c',
	'a b@example.com',
	'ada@exa mple.com',
	'ada@-example.com',
	`${'x'.repeat(65)}@example.com`,
	`a@${'x'.repeat(250)}.com`,
	'<ada@example.com',
	'ada@example.com> RCPT TO:<eve@example.com',
])('%j is no address', (address) => {
	expect(refusal({ to: address })).not.toContain(address);
});

test.each([
	'ada@example.com',
	'Ada <ada+tag@example.com>',
	'"a b"@example.com',
	'ä@müller.example',
	'a@[127.0.0.1]',
	'root@localhost',
])('%j is an address', (address) => expect(message({ to: address }).to).toHaveLength(1));

test('one sender, some recipients, and not too many', () => {
	expect(refusal({ from: '' })).toMatch(/From is empty/);
	expect(refusal({ from: 'a@b.example, c@d.example' })).toMatch(/takes one/);
	expect(refusal({ to: '' })).toMatch(/goes to nobody/);
	const many = (count: number) =>
		Array.from({ length: count }, (_none, index) => `a${index}@b.example`).join(',');
	const bcc = many(1000);
	expect(refusal({ to: many(1001) })).toMatch(/1001 addresses/);
	expect(refusal({ subject: 'x'.repeat(2001) })).toMatch(/characters/);
	expect(message({ to: '', bcc }).bcc).toHaveLength(1000);
});

test('headers that a mail has anyway cannot be set on the side', () => {
	for (const name of [
		'Bcc',
		'from',
		'Content-Type',
		'DKIM-Signature',
		'Message-ID',
		'X A',
		'X:A',
		'',
	]) {
		expect(refusal({ headers: [{ name, value: '1' }] })).toMatch(/Headers/);
	}
});

test('what is too large is refused by its size', () => {
	const big = { ...file, bytes: Buffer.alloc(9000) };
	expect(refusal({ attachments: [big] })).toMatch(/0\.0 MB/);
	expect(refusal({ html: 'x'.repeat(20_000) })).toMatch(/Maximum Size/);
});

test('an answer belongs to its thread, in either spelling', () => {
	expect(message({ inReplyTo: 'b@x', references: '<a@x> b@x' })).toMatchObject({
		inReplyTo: '<b@x>',
		references: ['<a@x>', '<b@x>'],
	});
	expect(message({ inReplyTo: 'b@x' }).references).toEqual(['<b@x>']);
	expect(refusal({ inReplyTo: 'a@x b@x' })).toMatch(/one message id/);
	expect(refusal({ references: '<a@x' })).toMatch(/message id/);
});

test('images and the HTML that shows them belong together', () => {
	const inline = [{ ...file, field: 'logo' }];
	expect(message({ html: '<img src="cid:logo">', inline }).inline).toHaveLength(1);
	expect(refusal({ html: '<p>', inline })).toMatch(/does not show/);
	expect(refusal({ html: '<img src="cid:other">', inline: [] })).toMatch(/not among/);
	expect(refusal({ html: '<p>', inline: [{ ...file, field: 'a b' }] })).toMatch(/Rename/);
});
