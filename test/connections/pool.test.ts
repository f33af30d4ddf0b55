import { Pool, type Poolable } from '../../src/connections/pool';
import { poolOf } from '../../src/connections/pools';

class Fake implements Poolable {
	static made: Fake[] = [];
	isClosed = false;
	usable = true;
	constructor() {
		Fake.made.push(this);
	}
	isUsable = () => this.usable;
	close = async () => {
		this.isClosed = true;
		await Promise.resolve();
	};
}

const RULES = { max: 2, idleMs: 10_000, waitMs: 50 };
const connect = async () => await Promise.resolve(new Fake());
beforeEach(() => (Fake.made = []));

test('a connection that came back is lent again', async () => {
	const pool = new Pool<Fake>(RULES);
	const first = await pool.take(connect);
	pool.give(first, true);
	expect(await pool.take(connect)).toBe(first);
	pool.give(first, true);
	pool.drain();
});

test('who comes when all are lent waits in line, and gives up in time', async () => {
	const pool = new Pool<Fake>(RULES);
	const [one] = [await pool.take(connect), await pool.take(connect)];
	const waiting = pool.take(connect);
	pool.give(one as Fake, true);
	expect(await waiting).toBe(one);
	await expect(pool.take(connect)).rejects.toMatchObject({ reason: 'busy' });
});

test('a place that a bad connection leaves goes to whoever waits', async () => {
	const pool = new Pool<Fake>({ ...RULES, max: 1 });
	const bad = await pool.take(connect);
	const waiting = pool.take(connect);
	pool.give(bad, false);
	expect(await waiting).not.toBe(bad);
	expect(bad.isClosed).toBe(true);
	expect(pool.open).toBe(1);
});

test('an attempt that fails leaves its place, too', async () => {
	const pool = new Pool<Fake>({ ...RULES, max: 1 });
	await expect(pool.take(async () => await Promise.reject(new Error('no')))).rejects.toThrow('no');
	expect((await pool.take(connect)).isClosed).toBe(false);
});

test('a connection that broke while idle is not lent', async () => {
	const pool = new Pool<Fake>(RULES);
	const broken = await pool.take(connect);
	pool.give(broken, true);
	broken.usable = false;
	expect(await pool.take(connect)).not.toBe(broken);
});

test('draining closes what is idle now and what is lent later, and cuts nothing', async () => {
	const pool = new Pool<Fake>(RULES);
	const [lent, idle] = [await pool.take(connect), await pool.take(connect)];
	pool.give(idle, true);
	pool.drain();
	expect([idle.isClosed, lent.isClosed]).toEqual([true, false]);
	pool.give(lent, true);
	expect(lent.isClosed).toBe(true);
	expect(pool.open).toBe(0);
});

test('unused connections are closed after a while', async () => {
	const pool = new Pool<Fake>({ ...RULES, idleMs: 10 });
	pool.give(await pool.take(connect), true);
	await new Promise((resolve) => setTimeout(resolve, 40));
	expect(Fake.made[0]?.isClosed).toBe(true);
});

test('a changed credential has a pool of its own, and the former one is drained', async () => {
	const pool = (password: string, id = 'a') =>
		poolOf<Fake>({ kind: 'test', id, fields: { user: 'u', password } }, RULES);
	const old = pool('old');
	old.give(await old.take(connect), true);
	expect(pool('old')).toBe(old);
	expect(poolOf({ kind: 'test', id: 'a', fields: { password: 'old', user: 'u' } }, RULES)).toBe(
		old,
	);
	expect(pool('old', 'b')).not.toBe(old);
	expect(pool('new')).not.toBe(old);
	expect(Fake.made[0]?.isClosed).toBe(true);
});

test('pools are kept by the process, and hold no secret as a key', () => {
	const fields = { password: 'canary-pool-5Rt8Ue' };
	const pool = poolOf({ kind: 'test', id: 'c', fields }, RULES);
	const kept = (globalThis as never)[Symbol.for('sealbox.pools.v1')] as Map<
		string,
		Map<string, unknown>
	>;
	const versions = kept.get('test id c') as Map<string, unknown>;
	expect([...versions.values()]).toEqual([pool]);
	expect(JSON.stringify([...kept].map(([key, inner]) => [key, ...inner.keys()]))).not.toContain(
		'canary',
	);
});
