import { randomUUID } from 'node:crypto';
import { connect, readHost } from './host.ts';
import { titleOf } from './webhooks/cases.ts';
import { Doors } from './webhooks/doors.ts';
import { send, type Answer, type Sent } from './webhooks/send.ts';
import { customScheme, github, PARTNER, partner, provider, SECRET } from './webhooks/sign.ts';

/** Many more requests than are let in, by a clock that stands still: no bucket is filled again meanwhile. */

const host = readHost();
const doors = new Doors({ client: connect(), url: host.url, folder: host.folder });

const LIMIT = 6;
const FLOOD = 10 * LIMIT;
const ADDRESSES = 100;
const UNIQUE = 20;
/** How many connections the flood has at a time. */
const CONNECTIONS = 10;
const GROWTH_BYTES = 256 * 2 ** 20;

const [NOISY, QUIET] = [randomUUID(), randomUUID()];
const keys = doors.add('keys', customScheme(PARTNER, { keyRate: LIMIT }), [
	{ secret: NOISY, keyName: 'noisy' },
	{ secret: QUIET, keyName: 'quiet' },
]);
const callers = doors.add('callers', provider('github', { callerRate: LIMIT }), [SECRET]);
const forwarded = doors.add(
	'forwarded',
	provider('github', { callerRate: 1, proxies: '127.0.0.0/8' }),
	[SECRET],
);
const unique = doors.add('unique', customScheme(PARTNER), [SECRET]);

let before: number;
beforeAll(async () => {
	await doors.open();
	before = await residentBytes();
});

/** Of the process of n8n, as it says itself. */
async function residentBytes(): Promise<number> {
	const metrics = await (await fetch(`${host.url}/metrics`)).text();
	return Number(/^n8n_process_resident_memory_bytes (\S+)/m.exec(metrics)?.[1]);
}

async function flood(url: string, requests: readonly Sent[]): Promise<Answer[]> {
	const left = [...requests];
	const answers: Answer[] = [];
	const connection = async () => {
		for (let sent = left.shift(); sent !== undefined; sent = left.shift()) {
			answers.push(await send(url, sent));
		}
	};
	await Promise.all(Array.from({ length: CONNECTIONS }, connection));
	return answers;
}

const times = <T>(count: number, make: (index: number) => T): T[] =>
	Array.from({ length: count }, (_, index) => make(index));

/** How many answers there are of each status. */
const statuses = (answers: readonly Answer[]) =>
	answers.reduce<Record<string, number>>(
		(counts, { status }) => ({ ...counts, [status]: (counts[status] ?? 0) + 1 }),
		{},
	);

test('a flood under one key leaves callers with another key alone', async () => {
	const noise = flood(
		keys.url,
		times(FLOOD, () => partner({ secret: NOISY })),
	);
	for (let i = 0; i < LIMIT; i += 1) await doors.lets(keys, partner({ secret: QUIET }));
	const answers = await noise;
	expect(statuses(answers)).toEqual({ 200: LIMIT, 429: FLOOD - LIMIT });
	const refused = answers.filter(({ status }) => status === 429);
	expect(refused.every(({ headers }) => Number(headers['retry-after']) > 0)).toBe(true);
	keys.runs += LIMIT;
	keys.reasons.push(...times(FLOOD - LIMIT, () => 'rate_limited'));
});

test('a flood of forged requests from one address leaves other addresses alone', async () => {
	const forged = times(FLOOD, () => ({ ...github(), body: '{}', from: '127.0.0.9' }));
	const noise = flood(callers.url, forged);
	for (let i = 0; i < LIMIT; i += 1) await doors.lets(callers, { ...github(), from: '127.0.0.2' });
	expect(statuses(await noise)).toEqual({ 401: LIMIT, 429: FLOOD - LIMIT });
	callers.reasons.push(
		...times(LIMIT, () => 'bad_signature'),
		...times(FLOOD - LIMIT, () => 'rate_limited'),
	);
});

test(titleOf(64), async () => {
	const sent = times(UNIQUE, () => partner());
	expect(statuses(await flood(unique.url, sent))).toEqual({ 200: UNIQUE });
	unique.runs += UNIQUE;
	for (const one of [sent[0], sent[UNIQUE - 1]]) await doors.knows(unique, one as Sent);
});

test(titleOf(89), async () => {
	const from = (address: string) => ({ 'x-forwarded-for': address });
	const address = (i: number) => `198.51.${100 + Math.floor(i / 250)}.${i % 250}`;
	const forged = times(ADDRESSES, (i) => ({ ...github(undefined, from(address(i))), body: '{}' }));
	expect(statuses(await flood(forwarded.url, forged))).toEqual({ 401: ADDRESSES });
	forwarded.reasons.push(...times(ADDRESSES, () => 'bad_signature'));
	await doors.refuses(forwarded, forged[0] as Sent, 'rate_limited', 429);
	await doors.lets(forwarded, github(undefined, from('203.0.113.7')));
});

test('after all of it n8n has not grown, and has run what was let in', async () => {
	expect((await residentBytes()) - before).toBeLessThan(GROWTH_BYTES);
	const counts = new Map([...(await doors.runs())].map(([name, own]) => [name, own.length]));
	expect(counts).toEqual(doors.expected.runs);
	const sorted = (reasons: Map<string, string[]>) =>
		new Map([...reasons].map(([name, own]) => [name, own.sort()]));
	expect(sorted(await doors.reasons())).toEqual(sorted(doors.expected.reasons));
});
