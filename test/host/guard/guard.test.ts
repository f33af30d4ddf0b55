import { hasStoredMark } from '../../../src/host/guard/marks';
import { tokensIn } from '../../../src/sealing/sealedToken';
import { CREDENTIAL, openRoom, OTHER_WORKFLOW, runDataOf, stored, WORKFLOW } from './room';

const SECRET = 'hunter-of-7-seas!';
const SENTENCE = `The sealed field "password" of the credential with the id ${CREDENTIAL} cannot be opened: `;

const itemsOf = (data: ReturnType<typeof runDataOf>) =>
	data.resultData.runData.Fetch[0].data.main[0];

/** Stored run data that holds one sealed secret. */
async function storedRun(room = openRoom([SECRET])) {
	const run = await room.run();
	const sealed = stored(room.guard.sealRunData(run, runDataOf([{ json: { a: SECRET } }])));
	return { room, run, sealed };
}

test('stored run data is marked, and opened it is not', async () => {
	const { room, run, sealed } = await storedRun();
	expect(hasStoredMark(sealed)).toBe(true);
	expect(await room.guard.opener.open(run, sealed)).toBeNull();
	expect(hasStoredMark(sealed)).toBe(false);
	expect(sealed).toEqual(runDataOf([{ json: { a: SECRET } }]));
});

test('a link that names a node stays, though the name is a secret; any other name is sealed', async () => {
	const room = openRoom([SECRET]);
	const nodes = [{ name: SECRET, credentials: { any: { id: CREDENTIAL } } }, { name: 'Fetch' }];
	const linked = (source: object) => ({ item: 0, sourceOverwrite: source });
	const named = linked({ previousNode: SECRET, previousNodeOutput: 1, previousNodeRun: 0 });
	const links = [named, [named, 2], linked({ previousNode: 'Fetch', note: SECRET })];
	const run = await room.guard.runOf('1', { id: WORKFLOW, nodes });
	const items = links.map((pairedItem) => ({ json: { a: SECRET }, pairedItem }));
	const [one, several, other] = itemsOf(stored(room.guard.sealRunData(run, runDataOf(items))));
	expect([one, several]).toMatchObject(links.slice(0, 2).map((pairedItem) => ({ pairedItem })));
	expect(JSON.stringify([other, (one as { json: object }).json])).not.toContain(SECRET);
	const elsewhere = await room.run('2');
	const sealed = room.guard.sealRunData(elsewhere, runDataOf(items));
	expect(JSON.stringify(sealed)).not.toContain(SECRET);
});

test('a token of another workflow is refused, with what to do', async () => {
	const { room, sealed } = await storedRun();
	const other = await room.run('2', OTHER_WORKFLOW);
	const before = JSON.stringify(sealed);
	const refusal = await room.guard.opener.open(other, sealed);
	expect(refusal?.message).toBe(
		`${SENTENCE}it was sealed for another workflow or another n8n, or was changed since. Run the node that made it again, or remove it from the pinned data. Nothing was sent on.`,
	);
	expect(JSON.stringify(sealed)).toBe(before);
});

test('a credential that was deleted is not opened', async () => {
	const { room, run, sealed } = await storedRun();
	room.existing.clear();
	const refusal = await room.guard.opener.open(run, sealed);
	expect(refusal?.message).toBe(
		`${SENTENCE}the credential no longer exists. Run the workflow from its start with a credential that does. Nothing was sent on.`,
	);
});

test('a credential that the workflow no longer uses is not opened', async () => {
	const { room, sealed } = await storedRun();
	room.references.set(WORKFLOW, new Set());
	const refusal = await room.guard.opener.open(await room.run('2'), sealed);
	expect(refusal?.message).toBe(
		`${SENTENCE}no node of the workflow uses that credential any more. Select it in its node again, or run the workflow from its start. Nothing was sent on.`,
	);
});

test('one token that cannot be opened leaves all of them closed, and is on record', async () => {
	const { room, run, sealed } = await storedRun();
	const [token] = tokensIn(JSON.stringify(sealed));
	const changed = token.text.replace(/...\.$/, (end) => (end === 'AAA.' ? 'BBB.' : 'AAA.'));
	itemsOf(sealed).push({ json: { b: changed } });
	const before = JSON.stringify(sealed);
	expect((await room.guard.opener.open(run, sealed))?.reason).toBe('foreign');
	expect(JSON.stringify(sealed)).toBe(before);
	expect(room.records).toEqual([
		{
			type: 'guard.refused',
			subject: { workflow: WORKFLOW, execution: '1', credential: CREDENTIAL, reason: 'foreign' },
		},
	]);
});

test('a token that was sent in is given on as it was sent, through any number of stores', async () => {
	const { room, run, sealed } = await storedRun();
	const [{ text: token }] = tokensIn(JSON.stringify(sealed));
	const items = [{ json: { body: token, [token]: `x${token}${token}y` }, note: token }];
	let data = runDataOf(structuredClone(items));
	for (let i = 0; i < 3; i++) {
		data = stored(room.guard.sealRunData(run, data));
		expect(JSON.stringify(data)).not.toContain(token);
		expect(await room.guard.opener.open(run, data)).toBeNull();
		expect(itemsOf(data)).toEqual(items);
	}
});

test('a value that was replaced since is opened, and is still a secret of that run', async () => {
	const { room, sealed } = await storedRun();
	room.known.forget(CREDENTIAL);
	room.known.learn(CREDENTIAL, 'Mine', [{ field: 'password', value: 'another-of-8-seas!' }]);
	const run = await room.run('2');
	expect(await room.guard.opener.open(run, sealed)).toBeNull();
	expect(itemsOf(sealed)).toEqual([{ json: { a: SECRET } }]);
	expect(JSON.stringify(room.guard.sealRunData(run, sealed))).not.toContain(SECRET);
});

test.each([
	['left out', (pieces: string[]) => pieces.slice(1)],
	['put in another order', (pieces: string[]) => [...pieces].reverse()],
	['put in twice', (pieces: string[]) => [...pieces, pieces[0]]],
])('pieces of one value that were %s are refused', async (_, change) => {
	const room = openRoom(['4711471147114711']);
	const run = await room.run();
	const list = [4711471147114711, ...'x'.repeat(40_000)];
	const sealed = stored(room.guard.sealContent(run, { list })) as unknown as { list: string };
	const pieces = tokensIn(sealed.list).map(({ text }) => text);
	expect(pieces.length).toBeGreaterThan(1);
	sealed.list = change(pieces).join('');
	expect((await room.guard.opener.open(run, sealed))?.reason).toBe('foreign');
});

test('a record that was sealed whole and was added to is refused', async () => {
	const room = openRoom([SECRET]);
	const run = await room.run();
	const value = JSON.parse(`{"__proto__":"${SECRET}"}`) as object;
	const sealed = { value: { ...room.guard.sealContent(run, value), more: 1 } };
	expect((await room.guard.opener.open(run, sealed))?.reason).toBe('foreign');
});

test('without the seams that open, what was found is gone for good', async () => {
	const { room, run } = await storedRun();
	room.guard.isReversible = false;
	const sealed = room.guard.sealRunData(run, runDataOf([{ json: { a: `x ${SECRET}` } }]));
	expect(itemsOf(sealed)).toEqual([{ json: { a: 'x [sealed: password]' } }]);
});

test('a credential that the workflow may not use is not searched for, so no guess shows', async () => {
	const room = openRoom([SECRET]);
	room.forbidden.add(CREDENTIAL);
	const data = runDataOf([{ json: { right: SECRET, wrong: 'hunter-of-6-seas!' } }]);
	expect(room.guard.sealRunData(await room.run(), data)).toBe(data);
});

test('a credential that a node got nevertheless is searched for', async () => {
	const room = openRoom([SECRET]);
	room.forbidden.add(CREDENTIAL);
	const run = await room.run();
	const link = { id: CREDENTIAL, name: 'Mine' };
	room.guard.learnUse({ executionId: '1' }, link, 'any', { password: SECRET });
	expect(JSON.stringify(room.guard.sealContent(run, { a: SECRET }))).not.toContain(SECRET);
});

describe('pinned data', () => {
	test('loses its secrets and keeps the tokens in it, which open when it is used', async () => {
		const { room, run, sealed } = await storedRun();
		const [{ text: token }] = tokensIn(JSON.stringify(sealed));
		const pins = { Fetch: [{ json: { [token]: `a ${token}${SECRET} b`, note: SECRET } }] };
		const saved = stored(room.guard.sealPins(run, pins));
		expect(JSON.stringify(saved)).not.toContain(SECRET);
		expect(JSON.stringify(saved)).toContain(token);
		expect(stored(room.guard.sealPins(run, saved))).toEqual(saved);
		expect(await room.guard.opener.open(run, saved)).toBeNull();
		expect(saved).toEqual({
			Fetch: [{ json: { [SECRET]: `a ${SECRET}${SECRET} b`, note: SECRET } }],
		});
	});

	test('with a token of another workflow is refused when it is used', async () => {
		const { room, sealed } = await storedRun();
		const [{ text: token }] = tokensIn(JSON.stringify(sealed));
		const other = await room.run('2', OTHER_WORKFLOW);
		const saved = stored(room.guard.sealPins(other, { Fetch: [{ json: { token } }] }));
		expect((await room.guard.opener.open(other, saved))?.reason).toBe('foreign');
	});

	test('with text that only looks like a token is used as it is', async () => {
		const { room, run } = await storedRun();
		const pins = { Fetch: [{ json: { text: 'write sealed.v1.credential.field.frame. here' } }] };
		const saved = stored(room.guard.sealPins(run, pins));
		expect(await room.guard.opener.open(run, saved)).toBeNull();
		expect(saved).toEqual(pins);
	});
});

describe('a credential that cannot be searched for', () => {
	const room = openRoom([SECRET]);
	const HOSTILE = 'Cred000000000666';
	const large = { field: 'a', value: 'x'.repeat(16_001) };

	beforeEach(() => room.references.set(WORKFLOW, new Set([CREDENTIAL, HOSTILE])));

	const data = (): ReturnType<typeof runDataOf> => {
		const binary = { data: { mimeType: 'text/plain', data: 'eA==', fileSize: '1 B' } };
		const item = { json: { a: 'anything', n: 1 }, binary, pairedItem: { item: 0 } };
		return stored(runDataOf([item, { json: {} }], { more: 'text' }));
	};

	test.each([
		['with more than was learned', () => room.known.learn(HOSTILE, 'Bad', [], true)],
		['with more than is searched for', () => room.known.learn(HOSTILE, 'Bad', [large])],
		['of which a node got more', () => room.known.learnMore(HOSTILE, 'Bad', [], true)],
	])('%s: items are sealed whole, and given back', async (_, learn) => {
		room.existing.add(HOSTILE);
		learn();
		const run = await room.run();
		const sealed = room.guard.sealRunData(run, data());
		const [item, empty] = itemsOf(stored(sealed)) as Record<string, unknown>[];
		expect(Object.keys(item.json as object)).toEqual(['sealed']);
		expect(tokensIn(JSON.stringify(item.json))[0]).toMatchObject({
			credential: HOSTILE,
			field: 'all',
		});
		expect(item.pairedItem).toEqual({ item: 0 });
		expect(Object.values(item.binary as object)).toMatchObject([{ fileSize: '1 B' }]);
		expect(JSON.stringify(item)).not.toMatch(/anything|eA==|plain/);
		expect(empty).toEqual({ json: {} });
		const read = stored(sealed);
		expect(await room.guard.opener.open(run, read)).toBeNull();
		expect(read).toEqual(data());
		room.known.forget(HOSTILE);
	});

	test('leaves the runs of workflows that do not use it as they are', async () => {
		room.known.learn(HOSTILE, 'Bad', [large], true);
		const clean = data();
		expect(room.guard.sealRunData(await room.run('7', OTHER_WORKFLOW), clean)).toBe(clean);
	});

	test('pinned data is given back, however often it was stored and whatever was added', async () => {
		room.known.learn(HOSTILE, 'Bad', [large], true);
		room.existing.add(HOSTILE);
		const run = await room.run('9');
		const saved = stored(room.guard.sealPins(run, { Fetch: [{ json: { a: 'b' } }] }));
		expect(stored(room.guard.sealPins(run, saved))).toEqual(saved);
		const [{ json }] = saved.Fetch as unknown as { json: { sealed: string } }[];
		const more = { Fetch: [{ json: { old: json, text: `x ${json.sealed} y`, [SECRET]: 1 } }] };
		const again = stored(room.guard.sealPins(run, more)) as object;
		expect(JSON.stringify(again)).not.toMatch(/old|x |hunter/);
		expect(await room.guard.opener.open(run, saved)).toBeNull();
		expect(saved).toEqual({ Fetch: [{ json: { a: 'b' } }] });
	});

	test('an error keeps its node, and is given back', async () => {
		room.known.learn(HOSTILE, 'Bad', [large], true);
		room.existing.add(HOSTILE);
		const node = { name: 'Fetch', type: 't', parameters: { a: 'b' }, credentials: {} };
		const error = { message: 'no', node, context: { itemIndex: 1, data: 'd' }, timestamp: 1 };
		const before = runDataOf([], { resultData: { runData: {}, error } });
		const run = await room.run('8');
		const sealed = stored(room.guard.sealRunData(run, before));
		const after = sealed as unknown as { resultData: { error: typeof error } };
		expect(after.resultData.error.node.name).toBe('Fetch');
		expect(after.resultData.error.message).toMatch(/^sealed\.v1\./);
		expect(await room.guard.opener.open(run, sealed)).toBeNull();
		expect(sealed).toEqual(before);
	});
});

test('a value that a node got is searched for as long as the run lasts, however many follow it', async () => {
	const room = openRoom([SECRET]);
	const run = await room.run();
	const link = { id: CREDENTIAL, name: 'Mine' };
	const tokenNumber = (i: number) => `${'t'.repeat(1_000)}${Math.sin(i)}`;
	for (let i = 1; i <= 40; i++) {
		room.guard.learnUse({ executionId: '1' }, link, 'any', { accessToken: tokenNumber(i) });
	}
	const data = runDataOf([{ json: { first: tokenNumber(1), last: tokenNumber(40) } }]);
	const sealed = JSON.stringify(room.guard.sealRunData(run, data));
	expect(sealed).not.toContain(tokenNumber(1));
	expect(sealed).not.toContain(tokenNumber(40));
});

test('what was minted while a run goes on is searched for as long as it lasts, however much follows', async () => {
	const room = openRoom([SECRET]);
	const run = await room.run();
	room.guard.runs.activate('1');
	const tokenNumber = (i: number) => `${'t'.repeat(300)}${Math.sin(i)}`;
	for (let i = 1; i <= 80; i++) {
		room.guard.learnMinted([SECRET], [{ field: 'token', value: tokenNumber(i) }]);
	}
	const data = runDataOf([{ json: { first: tokenNumber(1), last: tokenNumber(80) } }]);
	const sealed = room.guard.sealRunData(run, data);
	expect(JSON.stringify(sealed)).not.toContain(tokenNumber(1));
	expect(JSON.stringify(sealed)).not.toContain(tokenNumber(80));
	const read = stored(sealed);
	expect(await room.guard.opener.open(run, read)).toBeNull();
	expect(read).toEqual(data);
});

describe('a run that is stored again and again', () => {
	/** Ten runs of a node, stored a moment ago, the first and the last of them with the same fields. */
	async function storedOften() {
		let nowMs = 0;
		jest.spyOn(performance, 'now').mockImplementation(() => (nowMs += 1));
		const room = openRoom([SECRET]);
		const run = await room.run();
		const data = runDataOf([]);
		const fields = Array.from({ length: 10 }, (_, i) => ({ text: `order ${i}` }));
		fields[9] = fields[0];
		const { runData } = data.resultData;
		runData.Fetch = fields.map((json) => ({ ...runData.Fetch[0], data: { main: [[{ json }]] } }));
		const seal = (isPassing: boolean) => room.guard.sealRunData(run, data, isPassing);
		expect([seal(true), seal(false), seal(true)]).toEqual([data, data, data]);
		return { fields, seal, runData: runData as Record<string, object[]>, task: runData.Fetch[0] };
	}
	afterEach(() => jest.restoreAllMocks());

	test('what a node put into what it got long after it came out is sealed', async () => {
		const { fields, seal, runData, task } = await storedOften();
		fields[1].text = SECRET;
		const source = [{ previousNode: 'Fetch', previousNodeRun: 1 }];
		runData.Keep = [{ ...task, source, data: { main: [[{ json: { ok: true } }]] } }];
		expect(JSON.stringify(seal(true))).not.toContain(SECRET);
	});

	test('what a node put into its items is sealed wherever they are', async () => {
		const { fields, seal } = await storedOften();
		fields[9].text = SECRET;
		expect(JSON.stringify(seal(true))).not.toContain(SECRET);
	});

	test('what was put into old items without a trace is sealed in the end', async () => {
		const { fields, seal } = await storedOften();
		fields[1].text = SECRET;
		expect(JSON.stringify(seal(false))).not.toContain(SECRET);
		expect(JSON.stringify(seal(true))).not.toContain(SECRET);
	});
});
