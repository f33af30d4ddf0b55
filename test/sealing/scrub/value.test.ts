import { inspect } from 'node:util';
import { createScrubber } from '../../../src/sealing/scrub';

const T = 'sk_live_51HyTqZ8wKd93LmPq7Rt';
const MARK = '[sealed: key]';

const scrubber = createScrubber([
	{ name: 'key', value: T },
	{ name: 'pin', value: '482913' },
]);
const scrub = <V>(value: V): V => scrubber.value(value);

/** Everything a value may show of itself. */
const shown = (value: unknown): string =>
	inspect(value, {
		depth: Infinity,
		showHidden: true,
		maxStringLength: null,
		maxArrayLength: null,
	});

describe('clean values', () => {
	const clean: Array<[string, unknown]> = [
		['a tree', { a: [1, 'text', null, undefined, true, NaN, -0, 3n], b: { c: new Date(0) } }],
		['text', 'some text'],
		['a Map', new Map<unknown, unknown>([['a', { b: 1 }]])],
		['a Set', new Set([1, 'a'])],
		['a Buffer', Buffer.from('plain bytes without anything in them')],
		['an Error', new Error('failed', { cause: new Error('why') })],
		[
			'a class instance',
			new (class Point {
				x = 1;
				#y = 2;
				toJSON() {
					return this.#y;
				}
			})(),
		],
		['a function', (a: number) => a + 1],
		['a symbol', Symbol('s')],
		['a URL', new URL('https://example.com/')],
		['a promise', Promise.resolve(1)],
		['a regular expression', /abc/g],
		['headers', new Headers({ accept: '*/*' })],
		['a sparse array', [1, , 3]], // eslint-disable-line no-sparse-arrays
		['an array of NaN', [NaN, NaN, { a: NaN }]],
		['nothing', undefined],
	];

	test.each(clean)('%s comes back as the same reference', (_what, value) => {
		expect(scrub(value)).toBe(value);
		const holder = { value };
		expect(scrub(holder)).toBe(holder);
	});

	test('a cycle comes back as the same reference', () => {
		const cycle: Record<string, unknown> = { a: [] };
		(cycle.a as unknown[]).push(cycle);
		expect(scrub(cycle)).toBe(cycle);
	});

	test('clean parts of a dirty value are not copied', () => {
		const part = { a: [1, 2] };
		expect(scrub({ part, token: T }).part).toBe(part);
		const map = new Map([['x', { part, token: T }]]);
		expect(scrub(map).get('x')!.part).toBe(part);
	});
});

describe('plain data', () => {
	test('text is scrubbed at any place, and the input is not changed', () => {
		const input = { a: [T, { b: `x ${T}` }], n: null, pin: 482913 };
		const before = structuredClone(input);
		expect(scrub(input)).toEqual({ a: [MARK, { b: `x ${MARK}` }], n: null, pin: '[sealed: pin]' });
		expect(input).toEqual(before);
	});

	test('a key that holds a needle is masked, and none is lost when two become alike', () => {
		expect(scrub({ [`a${T}`]: 1, [`a${T.toUpperCase()}`]: 2, b: 3 })).toEqual({
			[`a${MARK}`]: 1,
			[`a${MARK} (2)`]: 2,
			b: 3,
		});
	});

	test.each([0, 3, 40, 999])('in a long list only item %i is copied', (dirty) => {
		const list = Array.from({ length: 1000 }, (_, id) => ({
			id,
			text: `item number ${id}`,
			tags: [['a']],
		}));
		const token = { id: dirty, deep: [{ a: 1 }, { b: 2 }, { c: 3 }, { d: [`x ${T}`] }] };
		const input = list.map((item, i): object => (i === dirty ? token : item));
		const scrubbed = scrub(input);
		expect(scrubbed.filter((item, i) => item !== input[i])).toEqual([
			{ id: dirty, deep: [{ a: 1 }, { b: 2 }, { c: 3 }, { d: [`x ${MARK}`] }] },
		]);
	});

	test('in a long list weak needles, numbers, keys and odd values are found too', () => {
		const odd = [
			{ pin: '482913' },
			{ pin: 482913 },
			{ [`k ${T}`]: 1 },
			{ m: new Map([[1, T]]) },
			{ 0: 115, ...[...T].map((c) => c.charCodeAt(0)) },
			{ codes: [...T].map((c) => c.charCodeAt(0)) },
			{
				get bad() {
					throw new Error(T);
				},
			},
		];
		for (const item of odd) {
			const list = Array.from({ length: 50 }, (_, i): unknown => (i === 25 ? item : { id: i }));
			const scrubbed = scrub(list);
			expect(scrubbed[25]).not.toBe(list[25]);
			expect(shown(scrubbed)).not.toContain(T.slice(0, 12));
			expect(scrubbed[24]).toBe(list[24]);
		}
	});

	test('shared objects stay shared, cycles stay cycles', () => {
		const part: Record<string, unknown> = { token: T };
		part.self = part;
		const scrubbed = scrub({ a: part, b: part });
		expect(scrubbed.a).toBe(scrubbed.b);
		expect(scrubbed.a.self).toBe(scrubbed.a);
		const plain = { token: T };
		const shared = scrub([plain, plain]);
		expect(shared[0]).toBe(shared[1]);
		expect(shared[0]).toEqual({ token: MARK });
	});

	test('a key named __proto__ pollutes nothing', () => {
		const scrubbed = scrub(JSON.parse(`{"__proto__":{"polluted":"${T}"},"b":"${T}"}`) as object);
		expect(Object.getOwnPropertyDescriptor(scrubbed, '__proto__')?.value).toEqual({
			polluted: MARK,
		});
		expect(({} as Record<string, unknown>).polluted).toBeUndefined();
	});

	test('an object without prototype stays one', () => {
		const scrubbed = scrub(Object.assign(Object.create(null) as object, { token: T }));
		expect(Object.getPrototypeOf(scrubbed)).toBeNull();
		expect(scrubbed).toEqual(Object.assign(Object.create(null) as object, { token: MARK }));
	});

	test('frozen input is no obstacle', () => {
		expect(scrub(Object.freeze({ a: Object.freeze([T]) }))).toEqual({ a: [MARK] });
	});

	test.each([
		['the JSON of a Buffer', JSON.parse(JSON.stringify(Buffer.from(`a ${T}`))) as object],
		[
			'the JSON of a Uint8Array',
			JSON.parse(JSON.stringify(new Uint8Array(Buffer.from(T)))) as object,
		],
		['character codes', [...T].map((c) => c.charCodeAt(0))],
	])('%s is numbers still, but others', (_what, value) => {
		const numbers = (v: unknown): number[] => JSON.stringify(v).match(/\d+/g)!.map(Number);
		const scrubbed = scrub(value);
		expect(scrubbed).not.toBe(value);
		expect(String.fromCharCode(...numbers(scrubbed))).not.toContain(T.slice(0, 8));
	});

	test('JSON text stays JSON', () => {
		const data = { a: T, [T]: 1, b: Buffer.from(T), c: new Uint8Array(Buffer.from(T)), d: 5 };
		const parsed = JSON.parse(scrubber.text(JSON.stringify(data))) as Record<string, unknown>;
		expect(parsed).toMatchObject({ a: MARK, [MARK]: 1, d: 5 });
	});
});

describe('richer values', () => {
	test('Map and Set keep their kind and order', () => {
		const map = scrub(
			new Map<unknown, unknown>([
				[T, 1],
				[{ k: T }, [T]],
				['z', 2],
			]),
		);
		expect(map).toBeInstanceOf(Map);
		expect([...map]).toEqual([
			[MARK, 1],
			[{ k: MARK }, [MARK]],
			['z', 2],
		]);
		expect([...scrub(new Set([1, T, 'z']))]).toEqual([1, MARK, 'z']);
	});

	test('bytes keep their type', () => {
		const bytes = Buffer.from(`x ${T} y`);
		expect(scrub(bytes)).toEqual(Buffer.from(`x ${MARK} y`));
		expect(scrub(new Uint8Array(bytes))).toEqual(new Uint8Array(Buffer.from(`x ${MARK} y`)));
		expect(Buffer.from(scrub(new Uint8Array(bytes).buffer)).toString()).toBe(`x ${MARK} y`);
		const view = scrub(new DataView(new Uint8Array(bytes).buffer));
		expect(Buffer.from(view.buffer).toString()).toBe(`x ${MARK} y`);
		expect(bytes.toString()).toBe(`x ${T} y`);
		for (const wide of [Uint16Array, Uint32Array, Float64Array]) {
			const codes = wide.from([...T].map((c) => c.charCodeAt(0)));
			expect(scrub(codes)).toBeInstanceOf(wide);
			expect(scrub(codes).some((code) => code === T.charCodeAt(9))).toBe(false);
		}
	});

	test('an Error keeps class, name and stack, without the needle', () => {
		class HttpError extends Error {
			override name = 'HttpError';
			config = { headers: { authorization: `Bearer ${T}` } };
		}
		const error = new HttpError(`401 for ${T}`, { cause: new TypeError(T) });
		const scrubbed = scrub(error);
		expect(scrubbed).toBeInstanceOf(HttpError);
		expect(scrubbed.message).toBe(`401 for ${MARK}`);
		expect(scrubbed.stack).toContain('HttpError');
		expect(scrubbed.cause).toBeInstanceOf(TypeError);
		expect(shown(scrubbed)).not.toContain(T);
		expect(error.message).toContain(T);
	});

	test('AggregateError, a cyclic cause and non-enumerable properties are looked through', () => {
		const inner = new Error(T);
		const error = new AggregateError([inner, T], 'many');
		inner.cause = error;
		Object.defineProperty(error, 'request', { value: { path: `/?k=${T}` }, enumerable: false });
		const scrubbed = scrub(error);
		expect(shown(scrubbed)).not.toContain(T);
		expect((scrubbed.errors[0] as Error).cause).toBe(scrubbed);
	});

	test('a class instance keeps its class, symbol keys included', () => {
		class Account {
			token = T;
			shout(): string {
				return this.token.toUpperCase();
			}
		}
		const account = Object.assign(new Account(), { [Symbol('kHeaders')]: { authorization: T } });
		const scrubbed = scrub(account);
		expect(scrubbed).toBeInstanceOf(Account);
		expect(scrubbed.shout()).toBe(MARK.toUpperCase());
		expect(shown(scrubbed)).not.toContain(T);
	});

	test('what private fields show is covered', () => {
		class Hidden {
			#token = T;
			toJSON(): object {
				return { token: this.#token };
			}
			toString(): string {
				return this.#token;
			}
			[Symbol.for('nodejs.util.inspect.custom')](): string {
				return `Hidden<${this.#token}>`;
			}
		}
		const scrubbed = scrub({ hidden: new Hidden() });
		expect(JSON.stringify(scrubbed)).toBe(`{"hidden":{"token":"${MARK}"}}`);
		expect(`${scrubbed.hidden}`).toBe(MARK);
		expect(shown(scrubbed)).not.toContain(T);
	});

	test.each<[string, unknown]>([
		['URL', new URL(`https://u:${T}@example.com/?k=${T}`)],
		['URLSearchParams', new URLSearchParams({ k: T })],
		['Headers', new Headers({ authorization: `Bearer ${T}` })],
		[
			'FormData',
			Object.entries({ k: T }).reduce((form, [k, v]) => (form.append(k, v), form), new FormData()),
		],
		['Blob', new Blob([T])],
		['boxed text', new String(T)],
		['a regular expression', new RegExp(T)],
		['a symbol', Symbol(T)],
		['a function', Object.assign(() => 1, { secret: T })],
		['a template', Object.assign(['a'], { raw: [T] })],
		['a match', /sk_(\w+)/.exec(T)],
		['nested in everything', new Map([[new Set([[T]]), Object(Symbol(T)) as unknown]])],
	])('%s shows no needle', (_what, value) => {
		const scrubbed = scrub({ value });
		const entries =
			value instanceof FormData || value instanceof Headers ? [...(scrubbed.value as Headers)] : [];
		expect(shown(scrubbed) + String(JSON.stringify(scrubbed)) + shown(entries)).not.toContain(
			T.slice(0, 12),
		);
	});
});

describe('hostile values', () => {
	test('a getter that throws becomes a placeholder, one that tells is silenced', () => {
		const hostile = Object.defineProperties(new (class Odd {})(), {
			bad: {
				enumerable: true,
				get: () => {
					throw new Error(T);
				},
			},
			telling: { enumerable: true, get: () => T },
		});
		expect({ ...scrub(hostile) }).toEqual({ bad: '[sealed: unreadable]', telling: MARK });
		const plain = {
			get bad(): string {
				throw new Error(T);
			},
			other: T,
		};
		expect(scrub(plain)).toEqual({ bad: '[sealed: unreadable]', other: MARK });
	});

	test('a getter that changes its mind gets no second chance', () => {
		let calls = 0;
		const fickle = Object.defineProperty(new (class Odd {})(), 'a', {
			enumerable: true,
			get: () => (calls++ === 0 ? 'fine' : T),
		});
		expect(JSON.stringify(scrub(fickle))).toBe('{"a":"fine"}');
	});

	test('hostile proxies neither pass nor crash', () => {
		const trap = (): never => {
			throw new Error(T);
		};
		const throwing = new Proxy(
			{},
			{ get: trap, ownKeys: trap, getPrototypeOf: trap, getOwnPropertyDescriptor: trap, has: trap },
		);
		expect(scrub({ a: throwing, b: 1 })).toEqual({ a: '[sealed: unreadable]', b: 1 });
		const telling = new Proxy(
			{ a: 'fine' },
			{ get: (_target, key) => (key === 'toJSON' ? undefined : T) },
		);
		expect(shown(scrub([telling]))).not.toContain(T);
		expect(JSON.stringify(scrub([telling]))).not.toContain(T);
		expect(scrub(new Proxy([T, 1], {}))).toEqual([MARK, 1]);
	});

	test('toJSON that tells or throws is covered', () => {
		const telling = { toJSON: () => ({ a: T }) };
		expect(JSON.stringify(scrub({ telling }))).toBe(`{"telling":{"a":"${MARK}"}}`);
		const throwing = {
			toJSON: () => {
				throw new Error(T);
			},
		};
		expect(JSON.stringify(scrub({ throwing }))).toBe('{"throwing":"[sealed: unreadable]"}');
	});

	test('depth of 100,000 is no obstacle', () => {
		let deep: unknown[] = [T];
		for (let i = 0; i < 100_000; i++) deep = [deep];
		let at: unknown = scrub(deep);
		while (Array.isArray(at)) at = at[0];
		expect(at).toBe(MARK);
	});

	test('sharing that doubles at each level ends in time', () => {
		let tree: unknown = [{ token: T }];
		for (let i = 0; i < 60; i++) tree = [tree, tree];
		let at: unknown = scrub(tree);
		while (Array.isArray(at)) at = at[0];
		expect(at).toEqual({ token: MARK });
		for (const width of [2, 5]) {
			let clean: unknown = [{ token: 'none' }];
			for (let i = 0; i < 60; i++) clean = Array.from({ length: width }, () => clean);
			expect(scrub(clean)).toBe(clean);
		}
	});

	test('a value of a megabyte is scrubbed', () => {
		const value = `${'x y z '.repeat(90_000)}${T}${' a b c'.repeat(90_000)}`;
		expect(scrub({ value }).value).toBe(value.replace(T, MARK));
	});
});
