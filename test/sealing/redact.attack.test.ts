/**
 * Attacks on redaction:
 *  1. reach or change a prototype through a path
 *  2. hide a secret behind an own `__proto__` field
 *  3. run code, or fail, in a getter
 *  4. never come to an end on cycles
 *  5. a secret that is left in the copy
 */
import fc from 'fast-check';
import { redact } from '../../src/sealing/redact';

const R = '[redacted]';

test.each([
	'__proto__.polluted',
	'constructor.prototype.polluted',
	'__proto__',
	'constructor',
	'toString',
])('1. the path %s changes no prototype', (path) => {
	const value = { a: 1 };
	expect(redact(value, [path])).toBe(value);
	expect(({} as Record<string, unknown>).polluted).toBeUndefined();
	expect(typeof Object.prototype.toString).toBe('function');
	expect({}.constructor).toBe(Object);
});

test('2. an own __proto__ field is redacted as a field and stays one', () => {
	const value = JSON.parse('{"__proto__": {"token": "s"}, "other": 1}') as object;
	const result = redact(value, ['__proto__.token']);
	expect(JSON.stringify(result)).toBe('{"__proto__":{"token":"[redacted]"},"other":1}');
	expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
	expect(JSON.stringify(redact(value, ['__proto__']))).toBe('{"__proto__":"[redacted]","other":1}');
});

test('3. a getter in a named field is replaced without being run', () => {
	const value = {
		get token(): string {
			throw new Error('the getter ran');
		},
		get other(): string {
			throw new Error('the getter ran');
		},
	};
	const result = redact(value, ['token']);
	expect(Object.getOwnPropertyDescriptor(result, 'token')?.value).toBe(R);
});

test('4. cycles come to an end', () => {
	const object: Record<string, unknown> = { token: 's' };
	object.self = object;
	const list: unknown[] = [{ token: 's' }];
	list.push(list);
	expect(redact(object, ['self.token', 'token']).token).toBe(R);
	expect((redact(list, ['token'])[0] as { token: string }).token).toBe(R);
});

test('5. no named value is left, wherever lists stand on its way', () => {
	const leaf = fc.constantFrom('canary');
	const { tree } = fc.letrec((tie) => ({
		tree: fc.oneof(
			{ maxDepth: 5 },
			fc.record({ token: leaf, other: fc.integer() }),
			fc.array(tie('tree'), { maxLength: 4 }),
			fc.record({ inner: tie('tree') }),
		),
	}));
	fc.assert(
		fc.property(tree, (value) => {
			const paths = Array.from({ length: 8 }, (_, depth) => `${'inner.'.repeat(depth)}token`);
			const before = JSON.stringify(value);
			expect(JSON.stringify(redact(value, paths))).not.toContain('canary');
			expect(JSON.stringify(value)).toBe(before);
		}),
	);
});
