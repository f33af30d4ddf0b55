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
});
