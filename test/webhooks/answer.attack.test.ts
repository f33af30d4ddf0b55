import {
	answerBody,
	answerHeaders,
	answerJson,
	answerLocation,
	answerStatus,
	textType,
} from '../../src/webhooks/answer';
import { isSealboxError } from '../../src/sealing/error';

/* Answers that a workflow puts together from what callers sent: headers in headers, scripts as addresses. */

const CANARY = 'CANARY-4f1b';
function refusalOf(make: () => unknown): string {
	try {
		make();
	} catch (error) {
		if (isSealboxError(error)) return `${error.code} ${error.message}`;
		throw error;
	}
	throw new Error('nothing was refused');
}

test.each([
	['a line break in a value', 'x-a', `1\r\nset-cookie: ${CANARY}`],
	['a line break in a name', `x-a\r\n${CANARY}`, '1'],
	['a space in a name', `x ${CANARY}`, '1'],
	['no name', ' ', CANARY],
	['a control character', 'x-a', `\0${CANARY}`],
	['a character beyond Latin-1', 'x-a', `☃${CANARY}`],
	['the length', 'Content-Length', '1'],
	['the encoding', 'transfer-encoding', 'chunked'],
	['what n8n sets', 'Content-Security-Policy', CANARY],
])('a header with %s is refused, without its value', (_name, name, value) => {
	const refusal = refusalOf(() => answerHeaders([{ name, value }]));
	expect(refusal).toMatch(/^ERR_RESPONSE_INVALID Headers: /);
	expect(refusal).not.toContain('CANARY');
});

test('headers have one name each, in lower case', () => {
	const cookie = { name: 'Set-Cookie', value: 'a=1' };
	expect(answerHeaders([cookie])).toEqual({ 'set-cookie': 'a=1' });
	expect(refusalOf(() => answerHeaders([cookie, { name: 'set-cookie', value: 'b' }]))).toContain(
		'twice',
	);
});

test.each([
	'javascript:alert(1)',
	'data:text/html,x',
	'//evil.example',
	'/\\evil.example',
	'evil.example',
	'https://user:CANARY@example.com/',
	'http://',
	'',
])('a redirect to %j is refused', (text) => {
	const refusal = refusalOf(() => answerLocation(text));
	expect(refusal).toContain('ERR_RESPONSE_INVALID Redirect URL');
	expect(refusal).not.toContain('CANARY');
});

test.each([
	['https://example.com/a?b=ü#c', 'https://example.com/a?b=%C3%BC#c'],
	[' http://example.com ', 'http://example.com/'],
	['/thanks?a=b#c', '/thanks?a=b#c'],
	['/a\r\nb', '/ab'],
])('a redirect to %j', (text, location) => {
	expect(answerLocation(text)).toBe(location);
});

test.each([199, 600, 200.5, '200', Number.NaN, null])('the status %p is refused', (status) => {
	expect(refusalOf(() => answerStatus(status))).toContain('from 200 to 599');
});

test('JSON is what was written, or refused without being shown', () => {
	expect(answerJson('{"a":1}')).toEqual({ a: 1 });
	expect(answerJson('null')).toBeNull();
	expect(answerJson({ a: 1 })).toEqual({ a: 1 });
	expect(refusalOf(() => answerJson(`{${CANARY}`))).not.toContain('CANARY');
	expect(refusalOf(() => answerJson(undefined))).toContain('ERR_RESPONSE_INVALID');
});

test('JSON goes out as text, so that nobody names a file of the host in it', () => {
	const value = { binaryData: { id: 'filesystem-v2:a' } };
	expect(answerBody({ kind: 'json', value })).toBe(JSON.stringify(value));
	expect(answerBody({ kind: 'json', value: 'a' })).toBe('"a"');
});

test.each([
	['{"ok":true}', 'application/json; charset=utf-8'],
	['[1]', 'application/json; charset=utf-8'],
	['{ not json', 'text/plain; charset=utf-8'],
	['<script>alert(1)</script>', 'text/plain; charset=utf-8'],
])('%j is sent as %s', (text, type) => {
	expect(textType(text)).toBe(type);
});
