import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { generateKeyset } from '../../../src/sealing/keyset';
import { exportKeyset } from '../../../src/sealing/keysetText';
import { open, seal } from '../../../src/sealing/seal';
import { keysetOf } from '../../../src/kinds/keyset';
import { CREDENTIAL, PASSPHRASE, runSeal, stopOf, type Trial } from './trial';

const CANARY = 'canary-4f1d8a7be2c94c07';
const jsonOf = (items: INodeExecutionData[]): IDataObject[] => items.map(({ json }) => json);
const byPath = (paths: string) => ({ fieldsBy: 'path', paths });
const run = async (operation: string, parameters: Trial['parameters'], ...items: IDataObject[]) =>
	jsonOf((await runSeal({ operation, parameters, items })).items);
const sealed = async (item: IDataObject, parameters: Trial['parameters'] = {}) =>
	(await run('seal', { fieldsBy: 'all', ...parameters }, item))[0];

const ENVELOPE = /^sealbox\.[A-Za-z0-9_-]+$/;

describe('seal', () => {
	test('by name, the usual names of secrets are sealed at any depth and nothing else', async () => {
		const item = {
			id: 7,
			apiKey: CANARY,
			user: { name: 'Ada', Password: CANARY, tags: ['a'] },
			rows: [{ access_token: CANARY, note: 'b' }],
			note: 'token',
		};
		const [result] = await run('seal', {}, item);
		expect(JSON.stringify(result)).not.toContain(CANARY);
		expect(result).toEqual({
			id: 7,
			apiKey: expect.stringMatching(ENVELOPE),
			user: { name: 'Ada', Password: expect.stringMatching(ENVELOPE), tags: ['a'] },
			rows: [{ access_token: expect.stringMatching(ENVELOPE), note: 'b' }],
			note: 'token',
		});
	});

	test('by path, exactly these fields are sealed', async () => {
		const item = {
			token: CANARY,
			user: { password: CANARY, name: 'Ada' },
			keys: [{ value: 1 }, { value: 2 }],
		};
		const [result] = await run('seal', byPath('token,\n user.password, keys[].value'), item);
		expect(result).toEqual({
			token: expect.stringMatching(ENVELOPE),
			user: { password: expect.stringMatching(ENVELOPE), name: 'Ada' },
			keys: [
				{ value: expect.stringMatching(ENVELOPE) },
				{ value: expect.stringMatching(ENVELOPE) },
			],
		});
	});

	test('everywhere means every value, and the shape stays', async () => {
		const result = await sealed({ a: 'x', b: [1, true, null], c: {}, d: [] });
		expect(result).toEqual({
			a: expect.stringMatching(ENVELOPE),
			b: Array(3).fill(expect.stringMatching(ENVELOPE)),
			c: {},
			d: [],
		});
	});

	test('the input is left as it was, and files stay with their item', async () => {
		const binary = { file: { data: 'eA==', mimeType: 'text/plain' } };
		const input = { json: { token: CANARY }, binary };
		const { items } = await runSeal({ operation: 'seal', items: [input] });
		expect(input.json.token).toBe(CANARY);
		expect(items[0].binary).toBe(binary);
	});

	test('running twice seals once', async () => {
		const once = await sealed({ token: CANARY });
		expect(await sealed(once)).toEqual(once);
	});

	test('a value that only looks sealed is sealed', async () => {
		const stranger = seal('x', generateKeyset(), []);
		const result = await sealed({ a: stranger, b: 'sealbox.AQEB', c: `sealbox.${CANARY}` });
		expect(result.a).not.toBe(stranger);
		expect(JSON.stringify(result)).not.toContain(CANARY);
		expect(result.b).toMatch(ENVELOPE);
	});

	test('a misspelt path is reported instead of leaving the secret in place', async () => {
		const item = { token: CANARY };
		const error = await stopOf({ operation: 'seal', parameters: byPath('tokne'), items: [item] });
		expect(error.message).toContain('There is no field "tokne" in this item');
		const parameters = { ...byPath('tokne'), ignoreMissing: true };
		expect(await run('seal', parameters, item)).toEqual([item]);
	});

	test.each([
		['paths', byPath(' , '), 'Paths is empty'],
		['names', { names: '' }, 'Names is empty'],
	])('empty %s do not pass for success', async (_what, parameters, sentence) => {
		const error = await stopOf({ operation: 'seal', parameters, items: [{ token: CANARY }] });
		expect(error.message).toContain(sentence);
	});

	test('names fit whole words and wildcards, in any case', async () => {
		const item = { key: 's', monkey: 'b', MyKEY: 's', keyring: 'b', a_b_c: 's', ac: 'b' };
		const [result] = await run('seal', { names: 'key, my*, A*B*C' }, item);
		const kept = Object.entries(result).filter(([, value]) => value === 'b');
		expect(kept.map(([name]) => name)).toEqual(['monkey', 'keyring', 'ac']);
	});

	test('a field called __proto__ is sealed like others', async () => {
		const item = JSON.parse(`{"__proto__": {"token": "${CANARY}"}}`) as IDataObject;
		const [result] = await run('seal', {}, item);
		expect(JSON.stringify(result)).toContain('{"__proto__":{"token":"sealbox.');
		expect(({} as IDataObject).token).toBeUndefined();
	});

	test('an item that contains itself is refused with a sentence', async () => {
		const item: IDataObject = { token: 'x' };
		item.self = item;
		const error = await stopOf({ operation: 'seal', items: [item] });
		expect(error.message).toContain('contains itself');
	});
});

describe('open', () => {
	const reveal = { reveal: true, fieldsBy: 'all' };

	test.each([
		['text', CANARY],
		['text that looks like JSON', '7'],
		['empty text', ''],
		['a broken character', '\ud800'],
		['a number', 7.5],
		['false', false],
		['null', null],
		['an object', { a: [1, { b: 'x' }] }],
	])('%s comes back as it was', async (_what, value) => {
		const parameters = byPath('value');
		const [item] = await run('seal', parameters, { value } as IDataObject);
		expect(item.value).toMatch(ENVELOPE);
		const [opened] = await run('open', { ...parameters, reveal: true }, item);
		expect(opened).toEqual({ value });
	});

	test('nothing is revealed without the switch', async () => {
		const item = await sealed({ token: CANARY });
		for (const parameters of [{}, { reveal: false }, { reveal: 'true' }, { reveal: 1 }]) {
			const error = await stopOf({
				operation: 'open',
				parameters: { fieldsBy: 'all', ...parameters },
				items: [item],
			});
			expect(error.message).toContain('Turn on "Reveal Opened Values"');
		}
	});

	test('the switch takes no expression', () => {
		const { SealboxSeal } = jest.requireActual<
			typeof import('../../../nodes/SealboxSeal/SealboxSeal.node')
		>('../../../nodes/SealboxSeal/SealboxSeal.node');
		const { properties, usableAsTool } = new SealboxSeal().description;
		const [reveals] = properties.filter(({ name }) => name === 'reveal');
		expect([reveals.noDataExpression, reveals.default]).toEqual([true, false]);
		expect(usableAsTool).toBeUndefined();
	});

	test('by name and everywhere, only sealed text is touched', async () => {
		const item = { ...(await sealed({ token: CANARY })), other: 'plain', password: 'plain' };
		expect(await run('open', reveal, item)).toEqual([{ ...item, token: CANARY }]);
		expect(await run('open', { reveal: true }, item)).toEqual([{ ...item, token: CANARY }]);
	});

	test('by path, a field that is not sealed is an error', async () => {
		const error = await stopOf({
			operation: 'open',
			parameters: { ...byPath('other'), reveal: true },
			items: [{ other: 'plain' }],
		});
		expect(error.message).toContain('This is not a sealed value');
	});

	test('a value opens in its own context only, which may come from the item', async () => {
		const context = (item: number) => `customer ${item}`;
		const items = await run('seal', { fieldsBy: 'all', context }, { token: 'a' }, { token: 'b' });
		expect(await run('open', { ...reveal, context }, ...items)).toEqual([
			{ token: 'a' },
			{ token: 'b' },
		]);
		const [first, second] = items;
		const error = await stopOf({
			operation: 'open',
			parameters: { ...reveal, context },
			items: [second, first],
		});
		expect(error.message).toContain('could not be opened');
	});

	test('what was sealed elsewhere with the same keys is not an item’s', async () => {
		const keyset = await keysetOf(CREDENTIAL);
		const error = await stopOf({
			operation: 'open',
			parameters: reveal,
			items: [{ a: seal('"x"', keyset, ['vault', '']) }],
		});
		expect(error.message).toContain('could not be opened');
		const foreign = { a: seal('no json', keyset, ['sealbox/item', '']) };
		const other = await stopOf({ operation: 'open', parameters: reveal, items: [foreign] });
		expect(other.message).toContain('was not sealed by this node');
		expect(other.message).not.toContain('no json');
	});
});

describe('reseal', () => {
	const rotated = {
		...CREDENTIAL,
		passphrase: 'the next generated passphrase',
		earlierKeys: { keys: [{ passphrase: PASSPHRASE }] },
	};

	test('values move to the present passphrase, after which the earlier one may go', async () => {
		const before = await sealed({ token: CANARY, other: 'x' }, byPath('token'));
		const { items } = await runSeal({ operation: 'reseal', items: [before], credential: rotated });
		const [after] = jsonOf(items);
		expect(after.other).toBe('x');
		expect(after.token).not.toBe(before.token);
		const alone = await keysetOf({ ...rotated, earlierKeys: {} });
		const opened = open(after.token as string, alone, ['sealbox/item', '']);
		expect(Buffer.from(opened).toString()).toBe(JSON.stringify(CANARY));
	});

	test('without the earlier passphrase the key is named that is missing', async () => {
		const before = await sealed({ token: CANARY });
		const credential = { ...rotated, earlierKeys: {} };
		const error = await stopOf({ operation: 'reseal', items: [before], credential });
		expect(error.message).toMatch(/sealed with key [0-9a-f]{32}, which is not in this keyset/);
	});
});

describe('mask and redact', () => {
	const key = `sk-proj-${'m'.repeat(40)}wxyz`;

	test('mask shows a stand-in, or the ends of a platform key when asked', async () => {
		const item = { token: key, password: CANARY, id: 1 };
		expect(await run('mask', {}, item)).toEqual([
			{ token: '••••••••', password: '••••••••', id: 1 },
		]);
		expect(await run('mask', { show: 'ends' }, item)).toEqual([
			{ token: 'sk-proj-…wxyz', password: '••••••••', id: 1 },
		]);
	});

	test('redact replaces whole fields, and neither asks for keys', async () => {
		const items = [{ token: { nested: CANARY }, id: 1 }];
		for (const operation of ['mask', 'redact']) {
			const outcome = await runSeal({ operation, items, credential: null });
			expect(outcome.decrypted).toBe(0);
			expect(JSON.stringify(outcome.items)).not.toContain(CANARY);
			expect(outcome.items[0].json.id).toBe(1);
		}
	});
});

describe('failures', () => {
	const bad = { token: 'sealbox.AQEBAAAA' };

	test.each([
		['first', 0],
		['middle', 1],
		['last', 2],
	])('a bad %s item loses no other, and says what it may', async (_which, at) => {
		const good = await sealed({ token: CANARY });
		const items = [good, good, good].map((item, index) => (index === at ? bad : item));
		const outcome = await runSeal({ operation: 'reseal', items, continueOnFail: true });
		expect(outcome.items).toHaveLength(3);
		outcome.items.forEach(({ json, pairedItem }, index) => {
			expect(pairedItem).toEqual({ item: index });
			if (index !== at) return expect(json.token).toMatch(ENVELOPE);
			return expect(json).toEqual({
				error: { code: 'ERR_ENVELOPE_MALFORMED', message: expect.stringContaining('sealed text') },
			});
		});
	});

	test('a stop names the item and holds no value', async () => {
		const good = await sealed({ token: CANARY });
		const error = await stopOf({ operation: 'reseal', items: [good, bad] });
		expect(error.context?.itemIndex).toBe(1);
		expect(JSON.stringify(error)).not.toContain(CANARY);
	});

	test.each<[string, Trial['credential'], string]>([
		['no credential', null, 'Select a Sealbox Sealing Keys credential'],
		['an empty passphrase', { ...CREDENTIAL, passphrase: '' }, 'Passphrase is empty'],
		['a short passphrase', { ...CREDENTIAL, passphrase: CANARY.slice(0, 9) }, 'fewer than 16'],
		[
			'a keyset that is none',
			{ keysFrom: 'keyset', passphrase: CANARY, secretKeyset: CANARY },
			'begins with "sealbox-keyset."',
		],
	])('%s is a clear sentence for each item', async (_what, credential, sentence) => {
		const items = [{ token: CANARY }, { token: CANARY }];
		const outcome = await runSeal({ operation: 'seal', items, credential, continueOnFail: true });
		for (const { json } of outcome.items) {
			expect((json.error as IDataObject).message).toContain(sentence);
		}
		expect(JSON.stringify(outcome.items)).not.toContain(CANARY.slice(0, 9));
	});

	test('an exported keyset seals with its random keys', async () => {
		const keyset = generateKeyset();
		const credential = {
			keysFrom: 'keyset',
			passphrase: 'short',
			secretKeyset: exportKeyset(keyset, { passphrase: 'short' }),
		};
		const { items } = await runSeal({ operation: 'seal', items: [{ token: 'x' }], credential });
		const opened = open(items[0].json.token as string, keyset, ['sealbox/item', '']);
		expect(Buffer.from(opened).toString()).toBe('"x"');
	});

	test('no items give no items', async () => {
		expect((await runSeal({ operation: 'redact', items: [] })).items).toEqual([]);
	});
});
