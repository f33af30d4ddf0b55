/**
 * What leaks past other maskers, case by case: encodings, shells and headers, keys of several lines,
 * overlaps, false alarms, hostile structures.
 */
import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { createScrubber, type ScrubberOptions } from '../../../src/sealing/scrub';

const T = 'sk_live_51HyTqZ8wKd93LmPq7Rt';
const MARK = '[sealed: key]';

const scrubber = (values: string | string[], options?: ScrubberOptions) =>
	createScrubber(
		[values].flat().map((value, i) => ({ name: i === 0 ? 'key' : `key ${i}`, value })),
		options,
	);
const scrub = (value: string | string[], text: string): string => scrubber(value).text(text);
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('encodings', () => {
	test.each([
		['twice in a line', T, `a ${T} b ${T}`, `a ${MARK} b ${MARK}`],
		['as adjacent copies', T, T + T, MARK + MARK],
		[
			'in a JSON string',
			'p@ss "w0rd"\\x',
			JSON.stringify({ a: 'p@ss "w0rd"\\x' }),
			`{"a":"${MARK}"}`,
		],
		['with the slashes of PHP', 'a/b/c-secret-d', '"a\\/b\\/c-secret-d"', `"${MARK}"`],
		['in mixed percent case', 'ab+cd/ef=gh+ij', 'k=ab%2Bcd%2fef%3Dgh%2bij&x=1', `k=${MARK}&x=1`],
		['in strict percent encoding', "it's(a)*secret!", 'it%27s%28a%29%2Asecret%21', MARK],
		['as hexadecimal of mixed case', T, Buffer.from(T).toString('hex').replace(/b/g, 'B'), MARK],
		[
			'with accents composed otherwise',
			'pässwörd-Zürich26',
			'pässwörd-Zürich26'.normalize('NFD'),
			MARK,
		],
		['with accents decomposed', 'pässwörd-Zürich26'.normalize('NFD'), 'pässwörd-Zürich26', MARK],
		['with a colour inside', T, `${T.slice(0, 9)}\x1b[1;31m${T.slice(9)}`, MARK],
		['with a soft hyphen inside', T, `${T.slice(0, 9)}\u00ad${T.slice(9)}`, MARK],
		[
			'in full width',
			T,
			T.replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)),
			MARK,
		],
		['cut off after three quarters', T, `${T.slice(0, 21)}...`, `${MARK}...`],
		['in a fragment', T, `https://a.b/cb#access_token=${T}`, `https://a.b/cb#access_token=${MARK}`],
		['in a cookie', T, `Cookie: a=1; sid=${T}; b=2`, `Cookie: a=1; sid=${MARK}; b=2`],
		['in shell quotes', "it's-a-secret-99", `'it'\\''s-a-secret-99'`, `'${MARK}'`],
		['in double quotes', 'a"b$c`d-secret', '"a\\"b\\$c\\`d-secret"', `"${MARK}"`],
		[
			'raw in a broken URL',
			'p@ss/w?rd#x',
			'https://u:p@ss/w?rd#x@host/',
			`https://u:${MARK}@host/`,
		],
	])('scrub hides a secret %s', (_how, value, text, expected) => {
		expect(scrub(value, text)).toBe(expected);
	});

	test('scrub hides base64 at every offset and tail, up to two edge characters', () => {
		for (const before of ['', 'x', 'xy', 'user:']) {
			for (const after of ['', 'x', 'xy', '\n']) {
				const encoded = base64(before + T + after);
				const shown = scrub(T, `got ${encoded}.`);
				expect(shown).toContain(MARK);
				const rest = shown.replace(MARK, '').length - 'got .'.length;
				expect(rest).toBeLessThanOrEqual(base64(before).length + base64(after).length + 2);
			}
		}
	});

	test('scrub hides base64 wrapped at 64 and 76 columns', () => {
		const value = randomBytes(45).toString('base64url');
		for (const columns of [64, 76]) {
			for (const end of ['\n', '\r\n', '\\n', '\n  ']) {
				const lines = base64(`{"password":"${value}","user":"someone"}`).match(
					new RegExp(`.{1,${columns}}`, 'g'),
				)!;
				const shown = scrub(value, lines.join(end));
				expect(Buffer.from(shown, 'base64').toString('latin1')).not.toContain(value.slice(0, 20));
				expect(shown).toContain(MARK);
			}
		}
	});

	test('scrub hides base64 inside base64 inside base64', () => {
		expect(scrub(T, base64(base64(`a=${base64(`k=${T}`)}`)))).not.toMatch(/[A-Za-z0-9]{30}/);
	});

	test('scrub keeps offsets where lower-casing changes a length', () => {
		expect(scrub(T, `İİİßß ${T} İ`)).toBe(`İİİßß ${MARK} İ`);
	});

	test('scrub takes the special characters of a needle literally', () => {
		const value = '.*+?^$[](){}|\\';
		expect(scrub(value, `xx ${value} yy`)).toBe(`xx ${MARK} yy`);
		expect(scrub(value, 'abcdefghijklmnop')).toBe('abcdefghijklmnop');
	});

	test('scrub hides a secret with and without its blanks and quotes', () => {
		expect(scrub('  spaced-secret-1\n', 'x spaced-secret-1 y')).toBe(`x ${MARK} y`);
		expect(scrub('"abc12345xyz"', 'x abc12345xyz y')).toBe(`x ${MARK} y`);
	});
});

describe('keys of several lines', () => {
	const lines = randomBytes(400)
		.toString('base64')
		.match(/.{1,64}/g)!;
	const begin = '-----BEGIN RSA PRIVATE KEY-----';
	const end = '-----END RSA PRIVATE KEY-----';
	const pem = [begin, ...lines, end, ''].join('\n');

	test.each([
		['LF', '\n'],
		['CRLF', '\r\n'],
		['CR CR LF', '\r\r\n'],
		['literal \\n', '\\n'],
		['literal \\\\n', '\\\\n'],
		['spaces', ' '],
		['nothing', ''],
	])('scrub hides a key whose lines are joined by %s', (_name, joint) => {
		expect(scrub(pem, [begin, ...lines, end].join(joint))).toBe(
			[begin, '[sealed: key]', end].join(joint),
		);
	});

	test('scrub hides one middle line of a key', () => {
		expect(scrub(pem, `§ ${lines[3]} §`)).toBe(`§ ${MARK} §`);
	});

	test('scrub hides a key in base64', () => {
		expect(scrub(pem, base64(pem))).not.toContain(base64(`${lines[1]}\n`).slice(4, 60));
	});

	test('scrub hides a key whose log lines carry time stamps', () => {
		const logged = lines.map((line) => `2026-01-02T03:04:05Z stdout F ${line}`).join('\n');
		const shown = scrub(pem, logged);
		for (const line of lines) expect(shown).not.toContain(line.slice(0, 16));
		expect(shown).toContain('2026-01-02T03:04:05Z');
	});

	test('the BEGIN and END lines of another key are kept', () => {
		const other = [
			begin,
			...randomBytes(400)
				.toString('base64')
				.match(/.{1,64}/g)!,
			end,
		].join('\n');
		for (const text of [other, base64(other), JSON.stringify(other), `${begin} ... ${end}`]) {
			expect(scrub(pem, text)).toBe(text);
		}
	});

	test('the leaves of a service-account file are secrets, its structure is not', () => {
		const file = {
			type: 'service_account',
			project_id: 'demo',
			private_key_id: randomBytes(20).toString('hex'),
			private_key: pem,
			auth_uri: 'https://accounts.example.com/o/oauth2/auth',
		};
		const printed = JSON.stringify({ other: 1, ...file }, null, 4);
		const shown = JSON.parse(scrub(JSON.stringify(file), printed)) as typeof file;
		expect(shown.private_key).toBe(`${begin}\n${MARK}\n${end}\n`);
		expect(shown.private_key_id).toBe(MARK);
		expect(shown).toMatchObject({
			other: 1,
			type: 'service_account',
			project_id: 'demo',
			auth_uri: file.auth_uri,
		});
	});
});

describe('overlaps', () => {
	test.each([[['abc12345', 'abc12345SECRETTAIL']], [['abc12345SECRETTAIL', 'abc12345']]])(
		'a secret that begins another leaves no tail, in either order',
		(values) => {
			expect(scrub(values, 'x abc12345SECRETTAIL y')).toBe('x [sealed: key, key 1] y');
		},
	);

	test('a secret that overlaps itself leaves no tail', () => {
		expect(scrub('abcabcab', 'x abcabcabcab y')).toBe(`x ${MARK} y`);
	});

	test('adjacent secrets stay two', () => {
		expect(scrub(['first-xq7-vault', 'other-zk8-vault'], 'first-xq7-vaultother-zk8-vault')).toBe(
			'[sealed: key][sealed: key 1]',
		);
	});

	test('a replacement that completes another secret is scrubbed too', () => {
		const values = ['first-xq7-vault', 'ab[sealed: key]cdef'];
		const shown = scrub(values, 'ab'.concat('first-xq7-vault', 'cdef'));
		expect(shown).not.toContain(values[1]);
		expect(scrub(values, shown)).toBe(shown);
	});

	test('a secret of two names shows both', () => {
		const twice = createScrubber([
			{ name: 'b', value: T },
			{ name: 'a', value: T },
		]);
		expect(twice.text(T)).toBe('[sealed: a, b]');
		twice.remove('b');
		expect(twice.text(T)).toBe('[sealed: a]');
		twice.remove('a');
		expect(twice.text(T)).toBe(T);
	});
});

describe('false alarms', () => {
	test.each(['a', '12', '{', 'true', 'null', '***', '482913', 'n8n'])(
		'%p is too short to be searched for in text',
		(value) => {
			const weak = scrubber(value);
			expect(weak.weak).toHaveLength(1);
			const text = `some ${value} text with 1${value}2 in it`;
			expect(weak.text(text)).toBe(text);
			expect(weak.value({ a: text, b: value })).toEqual({ a: text, b: MARK });
		},
	);

	test.each([
		'postgres',
		'password',
		'main',
		'admin',
		'docker',
		'test1234',
		'Admin123',
		'administrator',
		'test-user',
	])('%p is a common word, matched only as a whole', (value) => {
		const weak = scrubber(value);
		expect(weak.weak).toEqual([{ name: 'key', why: 'common' }]);
		expect(weak.text(`the ${value} of it`)).toBe(`the ${value} of it`);
		expect(weak.text(value)).toBe(MARK);
		expect(weak.value({ [value]: value })).toEqual({ [value]: MARK });
	});

	test('a weak needle is told by name, never by value', () => {
		expect(JSON.stringify(scrubber(['postgres', 'x7$Kq']).weak)).toBe(
			'[{"name":"key","why":"common"},{"name":"key 1","why":"short"}]',
		);
	});

	test('a number is matched whole, as number and as text', () => {
		const pin = scrubber('482913');
		expect(pin.value({ order: 1482913, pin: 482913, text: '482913', big: 482913n })).toEqual({
			order: 1482913,
			pin: MARK,
			text: MARK,
			big: MARK,
		});
	});

	test('words of a needle in other spelling are kept', () => {
		const text = 'Set the connection string (prod) of the connectionString-prod.';
		expect(scrub('connection-string-prod', text)).toBe(text);
		expect(scrub('connection-string-prod', 'x connection-string-prod')).toBe(`x ${MARK}`);
	});

	test('another token of the same issuer is kept', () => {
		const jwt = (payload: object): string =>
			[{ alg: 'RS256', typ: 'JWT', kid: '2026-main-signing-key' }, payload]
				.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
				.concat(randomBytes(64).toString('base64url'))
				.join('.');
		const issuer = { iss: 'https://login.example.com/realms/production', aud: 'n8n', sub: 'a' };
		const [ours, theirs] = [jwt(issuer), jwt({ ...issuer, sub: 'b' })];
		expect(scrub(ours, `Bearer ${theirs}`)).toBe(`Bearer ${theirs}`);
		expect(scrub(ours, `Bearer ${ours}`)).toBe(`Bearer ${MARK}`);
	});

	test('another address of the same host keeps what is its own', () => {
		const hook = 'https://hooks.example.com/services/';
		const [ours, theirs] = ['aBcDeFgHiJkLmNoPqRsTuVwX', 'ZyXwVuTsRqPoNmLkJiHgFeDc'];
		expect(scrub(hook + ours, hook + theirs)).toBe(hook + theirs);
		expect(scrub(hook + ours, hook + ours)).toBe(MARK);
	});
});

describe('registration', () => {
	test('an empty needle and an empty list do nothing', () => {
		expect(scrub('', 'text')).toBe('text');
		expect(createScrubber([]).text(T)).toBe(T);
	});

	test.each([null, undefined, {}, { name: 'a' }, { value: T }, { name: 1, value: T }, 'x'])(
		'something that is no needle (case %#) is refused without telling its value',
		(needle) => {
			expect(() => createScrubber([needle as never])).toThrow(TypeError);
			expect(() => createScrubber([needle as never])).not.toThrow(T);
		},
	);

	test('a needle added later counts from then on', () => {
		const later = createScrubber([]);
		expect(later.text(T)).toBe(T);
		later.add({ name: 'key', value: T });
		expect(later.text(T)).toBe(MARK);
	});

	test('a scrubber shows none of its needles', () => {
		const shown =
			inspect(scrubber(T), { depth: 9, showHidden: true }) + JSON.stringify(scrubber(T));
		expect(shown).not.toContain(T);
	});

	test('a name cannot break JSON, nor smuggle its secret out', () => {
		const odd = createScrubber([{ name: 'a"b\\c\n[d]', value: T }]);
		expect(JSON.parse(odd.text(JSON.stringify({ a: T })))).toEqual({ a: '[sealed: a b c d]' });
		expect(createScrubber([{ name: T, value: T }]).text(T)).toBe('[sealed]');
	});
});

describe('a replacement of the caller', () => {
	test('sees names, text and form', () => {
		const seen: unknown[] = [];
		const custom = scrubber(T, { replace: (hit) => (seen.push(hit), '<gone>') });
		expect(custom.text(`x ${Buffer.from(T).toString('hex')} y`)).toBe('x <gone> y');
		expect(seen).toEqual([{ names: ['key'], text: Buffer.from(T).toString('hex'), form: 'hex' }]);
	});

	test.each<[string, NonNullable<ScrubberOptions['replace']>]>([
		['returns the secret', (hit) => hit.text],
		['returns the secret encoded', (hit) => base64(hit.text)],
		[
			'throws',
			(hit) => {
				throw new Error(hit.text);
			},
		],
		['returns no text', () => undefined as never],
	])('that %s is not used', (_what, replace) => {
		expect(scrubber(T, { replace }).text(`x ${T} y`)).toBe('x [sealed] y');
	});
});
