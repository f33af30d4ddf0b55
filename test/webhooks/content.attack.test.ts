import { readContent } from '../../src/webhooks/door/content';

/*
 * Bodies that were let in, read from their bytes: what keeps no promise of its type, names that are those of
 * JavaScript or of folders, floods of parts.
 */

const BOUNDARY = '----WebKitFormBoundary7MA4YWxkTrZu0gW';
const FORM = `multipart/form-data; boundary=${BOUNDARY}`;
const END = `--${BOUNDARY}--\r\n`;
const part = (name: string, value: string, file?: string, type?: string) =>
	`--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"${file === undefined ? '' : `; filename="${file}"`}\r\n` +
	`${type === undefined ? '' : `content-type: ${type}\r\n`}\r\n${value}\r\n`;
const read = async (body: string | Buffer, type: string) => {
	const { body: content, files } = await readContent(Buffer.from(body), type);
	const shown = [...files].map(([name, { fileName, type: kind, bytes }]) => [
		name,
		fileName,
		kind,
		bytes.toString('latin1'),
	]);
	return { content, files: shown };
};

test('fields and files of a form, with several of a name', async () => {
	const body =
		part('a', '1') +
		part('b', '2') +
		part('b', 'ü') +
		part('f', 'one', 'one.txt', 'text/plain') +
		part('g[]', 'x', 'x.bin') +
		part('g[]', 'y', 'y.bin') +
		END;
	expect(await read(body, FORM)).toEqual({
		content: { a: '1', b: ['2', 'ü'] },
		files: [
			['f', 'one.txt', 'text/plain', 'one'],
			['g0', 'x.bin', 'text/plain', 'x'],
			['g1', 'y.bin', 'text/plain', 'y'],
		],
	});
});

test('the bytes of a file are those that were sent', async () => {
	const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
	const body = Buffer.concat([
		Buffer.from(part('f', '', 'a').slice(0, -2)),
		bytes,
		Buffer.from(`\r\n${END}`),
	]);
	const { files } = await readContent(body, FORM);
	expect(files.get('f')?.bytes.equals(bytes)).toBe(true);
});

test('a boundary that is a word is none where it is a word', async () => {
	const text = 'the boundary, --boundary and\r\n--boundaryless';
	const body = `--boundary\r\ncontent-disposition: form-data; name="f"; filename="a"\r\n\r\n${text}\r\n--boundary--\r\n`;
	for (const boundary of ['boundary', '"boundary"']) {
		const { files } = await read(body, `multipart/form-data; boundary=${boundary}`);
		expect(files).toEqual([['f', 'a', 'text/plain', text]]);
	}
});

test('names that mean something to JavaScript are names', async () => {
	const { content } = await read(
		`${part('__proto__', '1')}${part('constructor', '2')}${END}`,
		FORM,
	);
	expect(Object.entries(content as object)).toEqual([
		['__proto__', '1'],
		['constructor', '2'],
	]);
	expect(({} as Record<string, unknown>).constructor).toBe(Object);
});

test('a file has a name and no folder; a form with no file chosen has none', async () => {
	const body = `${part('f', 'x', '../../etc/passwd')}${part('g', '', '')}${END}`;
	expect((await read(body, FORM)).files).toEqual([['f', 'passwd', 'text/plain', 'x']]);
});

test.each([
	['a form that is none', 'no parts', FORM],
	['a form without a boundary', part('a', '1'), 'multipart/form-data'],
	['a form that is cut off', part('a', '1'), FORM],
	['a form of too many parts', `${part('a', '1').repeat(1001)}${END}`, FORM],
	['an image', '\x89PNG', 'image/png'],
])('%s comes out as one file', async (_name, body, type) => {
	const { content, files } = await read(Buffer.from(body, 'latin1'), type);
	expect(content).toEqual({});
	expect(files).toEqual([['data', 'data', type.split(';')[0], body]]);
});

test.each([
	['JSON', '{"a":[1]}', 'application/json; charset=utf-8', { a: [1] }],
	['JSON of a vendor', '{"a":1}', 'application/cloudevents+json', { a: 1 }],
	['JSON behind a byte order mark', '\uFEFF{"a":1}', 'application/json', { a: 1 }],
	['JSON that is none', '{', 'application/json', '{'],
	['a plain form', 'a=1&b=2&b=3', 'application/x-www-form-urlencoded', { a: '1', b: ['2', '3'] }],
	['text', 'abc', 'text/plain', 'abc'],
	['XML', '<a/>', 'application/xml', '<a/>'],
	['nothing', '', 'application/json', {}],
])('%s', async (_name, body, type, content) => {
	expect(await read(body, type)).toEqual({ content, files: [] });
});
