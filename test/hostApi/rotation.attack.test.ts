import type { Json } from '../../src/hostApi/client';
import {
	rotate,
	type Exchange,
	type RotationPorts,
	type RotationRules,
} from '../../src/hostApi/rotation';
import { refusal } from '../integration/refusal';
import { n8nWith, type Asked } from './n8n';

/*
 * 1. a new value that the test refuses; a test that cannot be made, or that n8n does not have
 * 2. a write that breaks off, is refused, or is taken and not stored
 * 3. a credential of another n8n with the same id, of a restricted type, managed, or of an end user
 * 4. somebody else who changes the credential while it is tested
 * 5. a roll-back that fails, or is not stored
 * 6. a process that dies between the write and the end of the test
 * 7. no error, event or name of a field may hold a value
 */

const OLD = 'old-secret-5f1c';
const NEW = 'new-secret-a90e';
const META = { id: 'c1', name: 'Partner', type: 'httpHeaderAuth' };
const EARLIER: Json = { name: 'X-Key', value: OLD, oauthTokenData: { a: 1 } };

interface Scene {
	readonly test?: unknown;
	/** What n8n does with a write. */
	readonly write?: (stage: Stage, asked: Asked) => { status?: number; body?: unknown };
	readonly ports?: (stage: Stage) => Partial<RotationPorts>;
	readonly rules?: Partial<RotationRules>;
	readonly meta?: object;
	/** What a rotation left that died. */
	readonly cutOff?: Exchange | 'lost';
	/** The value to which it is rotated. */
	readonly value?: string;
}

interface Stage {
	stored: Json | null;
	readonly events: string[];
	readonly log: string[];
	tests: number;
	exchange?: Exchange | undefined;
}

const taken = (stage: Stage, { body }: Asked) => {
	stage.stored = { ...stage.stored, ...(body.data as Json) };
	return { body: { ...META, updatedAt: 'now' } };
};

/** A rotation of the value of a Header Auth; what came of it, and how the credential was left. */
async function attempt(scene: Scene = {}) {
	const stage: Stage = { stored: { ...EARLIER }, events: [], log: [], tests: 0 };
	const passed = { status: 'OK', message: '' };
	const { api, asked } = n8nWith({
		'GET /credentials/c1': { body: { ...META, ...scene.meta } },
		'GET /credentials/schema/httpHeaderAuth': {
			body: { properties: { name: { type: 'string' }, value: { type: 'string' } } },
		},
		'POST /credentials/c1/test': () => {
			stage.tests += 1;
			// Before anything is written, the test only tells that there is one.
			return { body: stage.tests === 1 ? passed : (scene.test ?? passed) };
		},
		'PATCH /credentials/c1': (one) => (scene.write ?? taken)(stage, one),
	});
	const ports: RotationPorts = {
		api,
		isHere: async () => await Promise.resolve(true),
		readOrNull: async () => await Promise.resolve(stage.stored && { ...stage.stored }),
		restore: async (_, data) => {
			stage.stored = data;
			await Promise.resolve();
		},
		values: async () => await Promise.resolve({ value: scene.value ?? NEW }),
		announce: (earlier, values) => stage.log.push(`announce ${earlier?.value} ${values.value}`),
		cutOff: async () => await Promise.resolve(scene.cutOff ?? null),
		record: async (event, _, fields, exchange) => {
			stage.events.push(event);
			if (scene.cutOff !== 'lost') expect(fields).toEqual(['value']);
			if (event === 'started') stage.exchange = exchange;
			await Promise.resolve();
		},
		...scene.ports?.(stage),
	};
	const rules = { test: 'n8n', mayGoOnWithoutRollBack: false, ...scene.rules } as const;
	const work = rotate('c1', ports, rules);
	const patches = () => asked.filter(({ method }) => method === 'PATCH');
	return { stage, work, patches };
}

async function failed(scene: Scene) {
	const { stage, work, patches } = await attempt(scene);
	const { code, message } = await refusal(work, [OLD, NEW]);
	return { code, message, stored: stage.stored, events: stage.events, writes: patches().length };
}

const REFUSED = { status: 'Error', message: `Unauthorized ${NEW}` };

test('a value that the test takes stays, and the rest of the credential is as it was', async () => {
	const { stage, work, patches } = await attempt();
	expect(await work).toMatchObject({ fields: ['value'], test: 'passed', canRollBack: true });
	expect(stage.stored).toEqual({ ...EARLIER, value: NEW });
	expect(stage.events).toEqual(['started', 'rotated']);
	expect(stage.log).toEqual([`announce ${OLD} ${NEW}`]);
	expect(patches()[0]!.body).toEqual({ data: { value: NEW }, isPartialData: true });
});

test('a value that the test refuses is taken back, and nothing else', async () => {
	const renewed = { a: 2 };
	const outcome = await failed({
		test: REFUSED,
		ports: (stage) => ({
			readOrNull: async () => {
				// The host renewed a token beside it meanwhile.
				if (stage.tests > 1) stage.stored = { ...stage.stored, oauthTokenData: renewed };
				return await Promise.resolve(stage.stored);
			},
		}),
	});
	expect(outcome).toMatchObject({
		code: 'ERR_ROTATION_REFUSED',
		message: expect.stringContaining('earlier values again'),
		stored: { ...EARLIER, oauthTokenData: renewed },
		events: ['started', 'undone'],
	});
});

test('a field that was not there before is not there afterwards', async () => {
	const { name, oauthTokenData } = EARLIER;
	const outcome = await failed({
		test: REFUSED,
		ports: (stage) => {
			stage.stored = { name, oauthTokenData };
			return {};
		},
	});
	expect(outcome.stored).toEqual({ name, oauthTokenData });
});

test('a test that cannot be made counts as failed', async () => {
	const outcome = await failed({
		rules: { test: 'check' },
		ports: () => ({ check: () => Promise.reject(new Error(NEW)) }),
	});
	expect(outcome).toMatchObject({ code: 'ERR_ROTATION_REFUSED', stored: EARLIER });
});

test('without a test of n8n for the type nothing is written', async () => {
	const { api } = n8nWith({
		'GET /credentials/c1': { body: META },
		'GET /credentials/schema/httpHeaderAuth': { body: { properties: { value: {} } } },
		'POST /credentials/c1/test': {
			body: { status: 'Error', message: 'No testing function found for this credential.' },
		},
	});
	const { code, message, writes } = await failed({ ports: () => ({ api }) });
	expect({ code, writes }).toEqual({ code: 'ERR_ROTATION_REFUSED', writes: 0 });
	expect(message).toContain('choose a workflow');
});

test.each([
	['another n8n with the same ids', { isHere: async () => await Promise.resolve(false) }],
	['a restricted type', { readOrNull: async () => await Promise.resolve(null) }],
])('%s: nothing is written, since nothing could be put back', async (_, more) => {
	expect(await failed({ ports: () => more })).toMatchObject({
		code: 'ERR_ROTATION_REFUSED',
		message: expect.stringContaining('Write Without Roll-Back'),
		events: [],
		writes: 0,
	});
});

test('asked to, it writes without a way back, and says what that left', async () => {
	const here = { isHere: async () => await Promise.resolve(false) };
	const rules = { mayGoOnWithoutRollBack: true };
	const { work } = await attempt({ ports: () => here, rules });
	expect(await work).toMatchObject({ test: 'passed', canRollBack: false });
	expect(await failed({ ports: () => here, rules, test: REFUSED })).toMatchObject({
		code: 'ERR_ROLLBACK_FAILED',
		stored: { value: NEW },
		events: ['started', 'stuck'],
	});
});

test.each([
	['managed by n8n', { isManaged: true }],
	['of whoever runs the workflow', { isResolvable: true }],
])('a credential that is %s is left alone', async (_, meta) => {
	expect(await failed({ meta })).toMatchObject({ code: 'ERR_ROTATION_REFUSED', writes: 0 });
});

test('a write that n8n refuses changes nothing', async () => {
	const write = () => ({ status: 400, body: { message: `bad ${NEW}` } });
	expect(await failed({ write })).toMatchObject({
		code: 'ERR_ROTATION_REFUSED',
		message: expect.stringContaining('Nothing was changed'),
		stored: EARLIER,
		events: ['started', 'undone'],
	});
});

test.each([
	['stored all the same', true],
	['not stored', false],
])('a write that n8n failed over, and that was %s, is undone', async (_, isStored) => {
	const write = (stage: Stage, asked: Asked) => {
		if (isStored) taken(stage, asked);
		return { status: 502, body: '' };
	};
	expect(await failed({ write })).toMatchObject({ code: 'ERR_ROTATION_REFUSED', stored: EARLIER });
});

test('a write that is taken and stored as something else is no rotation', async () => {
	const write = () => ({ body: META });
	expect(await failed({ write })).toMatchObject({
		code: 'ERR_ROTATION_REFUSED',
		message: expect.stringContaining('did not store'),
		stored: EARLIER,
	});
});

test('what somebody else wrote meanwhile is not overwritten', async () => {
	const theirs = { ...EARLIER, value: 'theirs' };
	const outcome = await failed({
		rules: { test: 'check' },
		ports: (stage) => ({
			check: async () => {
				stage.stored = theirs;
				return await Promise.resolve(false);
			},
		}),
	});
	expect(outcome).toMatchObject({
		code: 'ERR_ROLLBACK_FAILED',
		message: expect.stringContaining('Somebody else'),
		stored: theirs,
		events: ['started', 'stuck'],
	});
});

test.each([
	['fails', () => Promise.reject(new Error(OLD))],
	['is not stored', () => Promise.resolve()],
])('a roll-back that %s is told for what it is', async (_, restore) => {
	expect(await failed({ test: REFUSED, ports: () => ({ restore }) })).toMatchObject({
		code: 'ERR_ROLLBACK_FAILED',
		stored: { value: NEW },
		events: ['started', 'stuck'],
	});
});

test('without a record that it begins, it does not begin', async () => {
	const { stage, work, patches } = await attempt({
		ports: () => ({ record: () => Promise.reject(new Error('the store is away')) }),
	});
	await expect(work).rejects.toThrow('the store is away');
	expect([stage.stored, patches()]).toEqual([EARLIER, []]);
});

test('a value that is refused where it is tried first is never written', async () => {
	const { stage, work, patches } = await attempt({
		ports: () => ({
			tryFirst: async (_, data) => {
				expect(data).toEqual({ ...EARLIER, value: NEW });
				return await Promise.reject(new Error('refused'));
			},
		}),
	});
	await expect(work).rejects.toThrow('refused');
	expect([stage.stored, stage.events, patches()]).toEqual([EARLIER, [], []]);
});

test('the value that it has already is no rotation', async () => {
	const same = { values: async () => await Promise.resolve({ value: OLD }) };
	expect(await failed({ ports: () => same })).toMatchObject({
		code: 'ERR_ROTATION_REFUSED',
		writes: 0,
	});
});

describe('after a rotation that died', () => {
	const HALF = 'half-way-secret-77d2';
	const cutOff = { earlier: { value: OLD }, values: { value: HALF } };
	/** With what it wrote, and a partner that takes these values alone. */
	const left =
		(value: string, ...taken: string[]) =>
		(stage: Stage): Partial<RotationPorts> => {
			stage.stored = { ...EARLIER, value };
			const check = async () => await Promise.resolve(taken.includes(String(stage.stored?.value)));
			return { check };
		};
	const scene = (value: string, ...taken: string[]): Scene => ({
		cutOff,
		ports: left(value, ...taken),
		rules: { test: 'check' },
	});

	test('what is exchanged is kept from the beginning, and no other field with it', async () => {
		const { stage, work } = await attempt();
		await work;
		expect(stage.exchange).toEqual({ earlier: { value: OLD }, values: { value: NEW } });
	});

	test('a value that the test refuses is taken back before the next one is written', async () => {
		const { stage, work } = await attempt(scene(HALF, OLD, NEW));
		expect(await work).toMatchObject({ test: 'passed' });
		expect(stage.events).toEqual(['interrupted', 'undone', 'started', 'rotated']);
		expect(stage.exchange).toEqual({ earlier: { value: OLD }, values: { value: NEW } });
		expect(stage.log).toEqual([`announce ${OLD} ${HALF}`, `announce ${OLD} ${NEW}`]);
	});

	test('where the next one is refused as well, the credential has what it had before both', async () => {
		expect(await failed(scene(HALF, OLD))).toMatchObject({
			code: 'ERR_ROTATION_REFUSED',
			stored: EARLIER,
			events: ['interrupted', 'undone', 'started', 'undone'],
		});
	});

	test('a value that the test takes is what the next one falls back to', async () => {
		expect(await failed(scene(HALF, HALF))).toMatchObject({
			code: 'ERR_ROTATION_REFUSED',
			stored: { ...EARLIER, value: HALF },
			events: ['interrupted', 'rotated', 'started', 'undone'],
		});
	});

	test('the same rotation once more comes to its end', async () => {
		const { stage, work, patches } = await attempt({ ...scene(HALF, HALF), value: HALF });
		expect(await work).toMatchObject({ test: 'passed', canRollBack: true });
		expect(stage.events).toEqual(['interrupted', 'rotated']);
		expect([stage.stored?.value, patches()]).toEqual([HALF, []]);
	});

	test.each([
		['that had not begun to write', OLD, 'undone'],
		['whose credential somebody has set since', 'theirs', 'stuck'],
	])('one %s changes nothing', async (_, value, event) => {
		const { stage, work } = await attempt(scene(value, value, NEW));
		expect(await work).toMatchObject({ test: 'passed' });
		expect(stage.events).toEqual(['interrupted', event, 'started', 'rotated']);
		expect(stage.exchange?.earlier).toEqual({ value });
	});

	test('a value that cannot be taken back stops the next rotation', async () => {
		const outcome = await failed({
			...scene(HALF, NEW),
			ports: (stage) => ({
				...left(HALF, NEW)(stage),
				restore: () => Promise.reject(new Error(OLD)),
			}),
		});
		expect(outcome).toMatchObject({
			code: 'ERR_ROLLBACK_FAILED',
			events: ['interrupted', 'stuck'],
			writes: 0,
		});
	});

	test('where nothing was kept, somebody has to look, or has asked to go on', async () => {
		expect(await failed({ cutOff: 'lost' })).toMatchObject({
			code: 'ERR_ROTATION_REFUSED',
			message: expect.stringContaining('Open it in n8n'),
			events: ['interrupted', 'stuck'],
			writes: 0,
		});
		const { stage, work } = await attempt({
			cutOff: 'lost',
			rules: { mayGoOnWithoutRollBack: true },
		});
		expect(await work).toMatchObject({ test: 'passed' });
		expect(stage.events).toEqual(['interrupted', 'stuck', 'started', 'rotated']);
	});
});
