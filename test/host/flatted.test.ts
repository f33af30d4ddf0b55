import { unflatten } from '../../host/flatted.ts';

describe('unflatten', () => {
	test('puts strings, objects and lists back where they belong', () => {
		const flat = '[{"name":"1","list":"2","count":3,"none":null},"x",["1","3"],{"name":"1"}]';
		expect(unflatten(flat)).toEqual({
			name: 'x',
			list: ['x', { name: 'x' }],
			count: 3,
			none: null,
		});
	});

	test('keeps what is shared shared, and closes circles', () => {
		const root = unflatten<{ self: unknown; one: object; other: object }>(
			'[{"self":"0","one":"1","other":"1"},{}]',
		);
		expect(root.self).toBe(root);
		expect(root.one).toBe(root.other);
	});

	test('takes what is nested very deep, and a key that looks like a prototype', () => {
		const depth = 50_000;
		const lists = Array.from({ length: depth }, (_, i) => (i + 1 < depth ? [`${i + 1}`] : []));
		expect(unflatten(JSON.stringify(lists))).toHaveLength(1);
		const hostile = unflatten<Record<string, unknown>>('[{"__proto__":"1"},{"polluted":1}]');
		expect(hostile.polluted).toBeUndefined();
		expect(Object.keys(hostile)).toEqual(['__proto__']);
	});
});
