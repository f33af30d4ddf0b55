import fc from 'fast-check';
import { fileNameOf } from '../../src/http/fileName';
import { setAt, valueAt } from '../../src/http/jsonPath';
import { linkTarget } from '../../src/http/linkHeader';
import { MultipartBody } from '../../src/http/multipart';
import { isEmptyContent } from '../../src/http/pagination';
import { pairsOf, withQuery, withQueryReplaced } from '../../src/http/query';

/** RFC 8288 section 3 */
test.each<[string, string | null]>([
	['<https://a.example/2>; rel="next"', 'https://a.example/2'],
	['<https://a.example/1>; rel=prev, <https://a.example/3>; rel=next', 'https://a.example/3'],
	['</2>; title="a, b; rel=next"; rel="last next"', '/2'],
	['</2>;rel="NEXT"', '/2'],
	['<https://a.example/?a=1,2;3>; rel="next"', 'https://a.example/?a=1,2;3'],
	['</9>; title="rel=next"; rel="last"', null],
	['</2>; rel="nextish"', null],
	['', null],
	['no brackets; rel="next"', null],
])('the next link of %p is %p', (header, target) => {
	expect(linkTarget(header, 'next')).toBe(target);
});

test.each<[string, unknown]>([
	['next', 'n'],
	['$.paging.next', 'p'],
	['links[1].href', 'l'],
	['["@odata.nextLink"]', 'o'],
	["['@odata.nextLink']", 'o'],
	['missing.deep', undefined],
	['__proto__', undefined],
	['next.length', undefined],
])('the value at %s is %p', (path, value) => {
	const root = {
		next: 'n',
		paging: { next: 'p' },
		links: [{}, { href: 'l' }],
		'@odata.nextLink': 'o',
	};
	expect(valueAt(root, path)).toBe(value);
});

test('what is set at a path is found at it', () => {
	const key = fc.stringMatching(/^[a-z_]{1,8}$/);
	fc.assert(
		fc.property(fc.array(key, { minLength: 1, maxLength: 4 }), fc.jsonValue(), (keys, value) => {
			const root = {};
			setAt(root, keys.join('.'), value);
			expect(valueAt(root, keys.join('.'))).toBe(value);
		}),
	);
	expect(Object.keys(Object.prototype)).toEqual([]);
});

test('query pairs come back as they were, whatever is in them', () => {
	const pair = fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }));
	fc.assert(
		fc.property(fc.array(pair), (pairs) => {
			const url = withQuery(new URL('https://a.example/p?kept=%2F'), pairs);
			expect([...url.searchParams]).toEqual([['kept', '/'], ...pairs]);
		}),
	);
});

test('a query parameter is replaced wherever it stands, and others are left as they are written', () => {
	const url = new URL('https://a.example/?page=1&q=a%20b&pa%67e=2&z');
	expect(withQueryReplaced(url, [['page', '3']]).search).toBe('?q=a%20b&z&page=3');
});

test.each<['repeat' | 'brackets' | 'indices', string]>([
	['repeat', 'a=1&a=2&b[c]=3'],
	['brackets', 'a[]=1&a[]=2&b[c]=3'],
	['indices', 'a[0]=1&a[1]=2&b[c]=3'],
])('lists as %s', (format, text) => {
	const pairs = pairsOf({ a: [1, 2], b: { c: 3 }, none: undefined }, format);
	expect(pairs.map(([name, value]) => `${name}=${value}`).join('&')).toBe(text);
});

test('a multipart body is what any reader of forms takes apart again', async () => {
	const text = fc.string({ unit: 'grapheme' }).map((t) => t.replace(/[\r\n]/g, ' '));
	await fc.assert(
		fc.asyncProperty(
			fc.array(fc.tuple(text, text, fc.uint8Array()), { maxLength: 5 }),
			async (rows) => {
				const body = new MultipartBody(
					rows.flatMap(([name, value, bytes]) => [
						{ name: `t${name}`, value },
						{
							name: `f${name}`,
							value: {
								fileName: value,
								mediaType: 'a/b',
								length: bytes.length,
								open: async () => bytes,
							},
						},
					]),
				);
				const chunks: Buffer[] = [];
				for await (const chunk of body.open()) chunks.push(chunk as Buffer);
				const bytes = Buffer.concat(chunks);
				expect(bytes.length).toBe(body.length);
				if (rows.length === 0) return;
				const form = await new Response(bytes, { headers: body.getHeaders() }).formData();
				const entries = [...form.entries()];
				expect(entries).toHaveLength(rows.length * 2);
				for (const [index, [name, value, content]] of rows.entries()) {
					expect(entries[2 * index]).toEqual([`t${name}`, value]);
					const [, part] = entries[2 * index + 1] as [string, File];
					expect(Buffer.from(await part.arrayBuffer())).toEqual(Buffer.from(content));
				}
			},
		),
		{ numRuns: 50 },
	);
});

test('a name cannot break out of its header', async () => {
	const part = {
		name: 'a"\r\nX-Evil: 1',
		value: { fileName: 'b"\r\n', mediaType: 'a/b\r\nX: 1', open: async () => Buffer.of() },
	};
	const chunks: Buffer[] = [];
	for await (const chunk of new MultipartBody([part]).open()) chunks.push(chunk as Buffer);
	expect(Buffer.concat(chunks).toString()).not.toMatch(/^X/m);
});

test.each<[string, string, string | undefined]>([
	['attachment; filename="a b.pdf"', '/x', 'a b.pdf'],
	["attachment; filename=plain.txt; filename*=UTF-8''r%C3%A9sum%C3%A9.txt", '/x', 'résumé.txt'],
	['attachment; filename="../../etc/passwd"', '/x', 'passwd'],
	['attachment; filename="..\\\\..\\\\boot.ini"', '/x', 'boot.ini'],
	['attachment; filename=".."', '/report.csv', 'report.csv'],
	['', '/files/report%20one.csv', 'report one.csv'],
	['', '/files/', undefined],
	['', '/v1/download', undefined],
	['', '/bad%zz.txt', 'bad%zz.txt'],
])('Content-Disposition %p at %s names the file %p', (disposition, path, name) => {
	const response = {
		status: 200,
		headers: { 'content-disposition': disposition },
		body: Buffer.of(),
	};
	expect(fileNameOf(response, new URL(path, 'https://a.example'))).toBe(name);
});

test.each<[unknown, boolean]>([
	[[], true],
	[{}, true],
	['', true],
	[null, true],
	[{ items: [], total: 0 }, true],
	[{ items: [1] }, false],
	[[0], false],
	[{ id: 1 }, false],
	[{ a: [], b: [] }, false],
])('%j is empty: %s', (content, isEmpty) => expect(isEmptyContent(content)).toBe(isEmpty));
