import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SealboxError } from '../../src/sealing/error';
import { EmbeddedState } from '../../src/state/embedded/embedded';
import {
	Idempotency,
	isFirst,
	replayMs,
	retryAfter,
	SharedLimit,
	TokenBuckets,
} from '../../src/webhooks';

/** Replays, repeated deliveries and limits, over a real store. */

let folder: string;
let state: EmbeddedState;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'sealbox-webhooks-'));
	state = new EmbeddedState(join(folder, 'state.db'));
});
afterEach(async () => {
	await state.close();
	rmSync(folder, { recursive: true });
});

describe('fault 97: replays', () => {
	test('59: of 50 copies at once one is the first, in two processes’ stores', async () => {
		const other = new EmbeddedState(join(folder, 'state.db'));
		const copies = Array.from({ length: 50 }, (_, i) =>
			isFirst(i % 2 ? state : other, 'trigger', ['key'], 60_000),
		);
		const firsts = (await Promise.all(copies)).filter(Boolean);
		await other.close();
		expect(firsts).toHaveLength(1);
	});

	test('61: a copy after a restart is one', async () => {
		await isFirst(state, 'trigger', ['key'], 60_000);
		await state.close();
		state = new EmbeddedState(join(folder, 'state.db'));
		expect(await isFirst(state, 'trigger', ['key'], 60_000)).toBe(false);
	});

	test('triggers do not know each other’s requests', async () => {
		expect(await isFirst(state, 'one', ['key'], 60_000)).toBe(true);
		expect(await isFirst(state, 'two', ['key'], 60_000)).toBe(true);
	});

	test('one known item of a batch makes it a copy', async () => {
		await isFirst(state, 'trigger', ['b'], 60_000);
		expect(await isFirst(state, 'trigger', ['a', 'b'], 60_000)).toBe(false);
	});

	test('what has no key is never the first', async () => {
		expect(await isFirst(state, 'trigger', [], 60_000)).toBe(false);
	});

	test('a request is remembered for as long as a copy could be fresh', () => {
		expect(replayMs(3600, 0)).toBe(7_200_000);
		expect(replayMs(5, 0)).toBe(600_000);
		expect(replayMs(null, 86_400_000)).toBe(86_400_000);
	});
});

describe('repeated deliveries', () => {
	let nowMs = 1_800_000_000_000;
	/** Shows what it was given, and opens it for the same context alone. */
	const answers = {
		seal: (answer: string, context: readonly string[]) => JSON.stringify([context, answer]),
		open(sealed: string, context: readonly string[]) {
			const [bound, answer] = JSON.parse(sealed) as [string[], string];
			return bound.join() === context.join() ? answer : null;
		},
	};
	const deliveries = () => new Idempotency(state, { now: () => nowMs, keepMs: 3_600_000, answers });
	const delivery = (changes: object = {}) => ({
		trigger: 't',
		sender: 'key-1',
		id: 'evt_1',
		body: Buffer.from('{}'),
		...changes,
	});
	async function begun(changes: object = {}) {
		const admission = await deliveries().begin(delivery(changes));
		if (admission.kind !== 'run') throw new Error(admission.kind);
		return admission.ticket;
	}

	test('the second one is a duplicate and gets the first answer', async () => {
		await deliveries().started(await begun(), 'first answer');
		expect(await deliveries().begin(delivery())).toEqual({
			kind: 'duplicate',
			answer: 'first answer',
		});
	});

	test('the same id with another body is a conflict, again and again', async () => {
		await deliveries().started(await begun());
		const other = delivery({ body: Buffer.from('{ }') });
		expect(await deliveries().begin(other)).toEqual({ kind: 'conflict' });
		expect(await deliveries().begin(other)).toEqual({ kind: 'conflict' });
		expect(await deliveries().begin(delivery())).toEqual({ kind: 'duplicate', answer: null });
	});

	test.each([
		{ trigger: 'u' },
		{ sender: 'key-2' },
		{ id: 'evt_2' },
		{ sender: 'key-1e', id: 'vt_1' },
	])('another %j is another delivery', async (changes) => {
		await begun();
		expect(await begun(changes)).toBeDefined();
	});

	test('of 50 at once one runs', async () => {
		const all = await Promise.all(Array.from({ length: 50 }, () => deliveries().begin(delivery())));
		expect(all.filter(({ kind }) => kind === 'run')).toHaveLength(1);
		expect(all.filter(({ kind }) => kind === 'duplicate')).toHaveLength(49);
	});

	test('one that was let in and never started may run after a minute, one that started may not', async () => {
		await begun();
		nowMs += 59_999;
		expect((await deliveries().begin(delivery())).kind).toBe('duplicate');
		nowMs += 1;
		await deliveries().started(await begun());
		nowMs += 60_001;
		expect((await deliveries().begin(delivery())).kind).toBe('duplicate');
	});

	test('an answer is kept sealed, and not at all where nothing seals it', async () => {
		await deliveries().started(await begun(), 'CANARY-answer');
		const [key = ''] = await state.keys('webhook/delivery/', 10);
		const { answer } = JSON.parse((await state.read(key))?.value ?? '{}') as { answer: string };
		expect(JSON.parse(answer)).toEqual([
			['webhook answer', key, expect.stringMatching(/^[0-9a-f]{64}$/)],
			'CANARY-answer',
		]);
		const bare = new Idempotency(state, { now: () => nowMs, keepMs: 3_600_000 });
		await bare.started(await begun({ id: 'evt_2' }), 'CANARY-answer');
		expect(await bare.begin(delivery({ id: 'evt_2' }))).toEqual({
			kind: 'duplicate',
			answer: null,
		});
	});

	test('one that the host could not start may run at once', async () => {
		await deliveries().failed(await begun());
		await deliveries().started(await begun());
		expect((await deliveries().begin(delivery())).kind).toBe('duplicate');
	});

	test('an answer that is too long is not kept', async () => {
		await deliveries().started(await begun(), 'a'.repeat(20_000));
		expect(await deliveries().begin(delivery())).toEqual({ kind: 'duplicate', answer: null });
	});

	test('64: old deliveries are removed while new ones come', async () => {
		for (let i = 0; i < 40; i += 1) await deliveries().started(await begun({ id: `old-${i}` }));
		nowMs += 3_600_001;
		for (let i = 0; i < 40; i += 1) await deliveries().started(await begun({ id: `new-${i}` }));
		expect(await state.keys('webhook/delivery/', 1000)).toHaveLength(40);
		expect(await state.keys('webhook/due/', 1000)).toHaveLength(40);
	});

	test('one that is kept no longer than it may take to start is removed too', async () => {
		const brief = new Idempotency(state, { now: () => nowMs, keepMs: 60_000 });
		await brief.started(await begun({ id: 'old' }));
		nowMs += 60_001;
		await begun({ id: 'new' });
		expect(await state.keys('webhook/delivery/', 10)).toHaveLength(1);
		expect(await state.keys('webhook/due/', 10)).toHaveLength(1);
	});

	test('neither ids nor bodies are in the store', async () => {
		await begun({ id: 'CANARY-id', body: Buffer.from('CANARY-body') });
		const keys = await state.keys('', 1000);
		const records = await Promise.all(keys.map((key) => state.read(key)));
		expect(JSON.stringify([keys, records])).not.toContain('CANARY');
	});
});

describe('limits', () => {
	let nowMs = 0;
	const clock = () => nowMs;
	beforeEach(() => {
		nowMs = 1_800_000_000_000;
	});
	const rate = { burst: 3, periodMs: 3000 };

	test('86: a burst is let in, the next one waits for one token', () => {
		const buckets = new TokenBuckets(rate, clock);
		expect([1, 2, 3, 4].map(() => buckets.take('a'))).toEqual([0, 0, 0, 1000]);
		nowMs += 1000;
		expect([1, 2].map(() => buckets.take('a'))).toEqual([0, 1000]);
		expect(retryAfter(1001)).toBe('2');
		expect(retryAfter(1)).toBe('1');
	});

	test('one caller’s flood leaves the others alone', () => {
		const buckets = new TokenBuckets(rate, clock);
		for (let i = 0; i < 1000; i += 1) buckets.take('flood');
		expect(buckets.take('other')).toBe(0);
	});

	test('89: a flood of names is bounded, and empties nobody’s bucket or fills it', () => {
		const buckets = new TokenBuckets(rate, clock, 100);
		for (let i = 0; i < 4; i += 1) buckets.take('known');
		const let_in = Array.from({ length: 10_000 }, (_, i) => buckets.take(`x${i}`)).filter(
			(wait) => wait === 0,
		);
		expect(buckets.size).toBe(100);
		expect(let_in).toHaveLength(99 + rate.burst);
		expect(buckets.take('known')).toBeGreaterThan(0);
		nowMs += 3000;
		expect(buckets.take('late')).toBe(0);
	});

	test('a clock that goes back lets nobody in twice', () => {
		const buckets = new TokenBuckets(rate, clock);
		for (let i = 0; i < 3; i += 1) buckets.take('a');
		nowMs -= 10_000;
		expect(buckets.take('a')).toBeGreaterThan(0);
	});

	test('two processes let in one burst together, and say when the next token comes', async () => {
		const slow = { burst: 3, periodMs: 3_600_000 };
		const limits = [1, 2].map(() => new SharedLimit(state, 't', slow, clock));
		const waits = await Promise.all([0, 1, 0, 1, 0, 1].map((i) => limits[i]!.take('a')));
		expect(waits.filter((wait) => wait === 0)).toHaveLength(3);
		for (const wait of waits.filter((each) => each > 0)) {
			expect(wait).toBeGreaterThan(1_000_000);
			expect(wait).toBeLessThanOrEqual(1_200_000);
		}
	});

	test('callers are in the store by their hashes alone', async () => {
		const keys: string[] = [];
		const take = (key: string) => Promise.resolve((keys.push(key), 0));
		await new SharedLimit({ take }, 't', rate, clock).take('subject ada@example.com');
		expect(keys).toEqual([expect.stringMatching(/^webhook\/limit\/[0-9a-f]{64}$/)]);
	});

	test('where the store cannot be had, nobody is let in', async () => {
		const take = () => Promise.reject(new SealboxError('ERR_STATE_UNAVAILABLE', 'away'));
		const limit = new SharedLimit({ take }, 't', rate, clock);
		await expect(limit.take('a')).rejects.toMatchObject({ code: 'ERR_STATE_UNAVAILABLE' });
	});

	test('a flood does not reach the store', async () => {
		let asked = 0;
		const take = () => Promise.resolve(((asked += 1), 0));
		const limit = new SharedLimit({ take }, 't', rate, clock);
		for (let i = 0; i < 1000; i += 1) await limit.take('a');
		expect(asked).toBe(3);
	});
});
