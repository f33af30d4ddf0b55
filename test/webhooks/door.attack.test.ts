import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedState } from '../../src/state/embedded/embedded';
import { SealboxError } from '../../src/sealing/error';
import { Idempotency, readAddresses, TokenBuckets } from '../../src/webhooks';
import { admit } from '../../src/webhooks/door/door';
import type {
	Arrival,
	DoorPorts,
	DoorSettings,
	Proof,
	Refused,
} from '../../src/webhooks/door/settings';
import { custom, github, mac, NOW_MS, SECRET, signed } from './signing';

/*
 * Requests at the door, by the numbers of the collected cases: what they are answered, that nothing which
 * was refused is remembered, and that each refusal goes on record once, without a value.
 */

let folder: string;
let state: EmbeddedState;
let nowMs: number;
let recorded: Refused[];
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'sealbox-door-'));
	state = new EmbeddedState(join(folder, 'state.db'));
	nowMs = NOW_MS;
	recorded = [];
});
afterEach(async () => {
	await state.close();
	rmSync(folder, { recursive: true });
});

const PARTNER: Proof = {
	kind: 'scheme',
	scheme: custom,
	secrets: [{ name: 'main', secret: SECRET }],
};
const GITHUB: Proof = { kind: 'scheme', scheme: 'github', secrets: [SECRET] };

const settings = (changes: Partial<DoorSettings> = {}): DoorSettings => ({
	trigger: 'workflow/node',
	proof: PARTNER,
	largestBodyBytes: 1000,
	contentTypes: [],
	replayMs: 3_600_000,
	...changes,
});
const ports = (changes: Partial<DoorPorts> = {}): DoorPorts => ({
	now: () => nowMs,
	claim: (key, ttlMs) => state.claim(key, ttlMs),
	record: (refusal) => recorded.push(refusal),
	...changes,
});
const arriving = (changes: Partial<Arrival> = {}): Arrival => ({
	...signed(),
	remoteAddress: '198.51.100.9',
	...changes,
});
const listOf = (...rules: string[]) => {
	const read = readAddresses(rules);
	if ('problems' in read) throw new Error(read.problems.join());
	return read.list;
};

async function outcome(
	arrival: Arrival,
	some: Partial<DoorSettings> = {},
	others: Partial<DoorPorts> = {},
): Promise<string> {
	const result = await admit(arrival, settings(some), ports(others));
	if (result.kind === 'refuse') return `${result.status} ${result.cause}`;
	return result.kind;
}

test('1: a signed request runs, with what was proved', async () => {
	expect(await admit(arriving(), settings(), ports())).toEqual({
		kind: 'run',
		address: '198.51.100.9',
		proved: { id: 'evt_1', timestamp: NOW_MS / 1000, keyName: 'main' },
	});
	expect(recorded).toEqual([]);
});

describe('what is refused', () => {
	const altered = () => arriving({ rawBody: Buffer.from('{}') });
	const cases: [string, () => Arrival, Partial<DoorSettings>, string][] = [
		['an altered body', altered, {}, '401 bad_signature'],
		[
			'2: an old one',
			() => arriving({ ...signed({ timestamp: `${NOW_MS / 1000 - 301}` }) }),
			{},
			'401 stale',
		],
		[
			'20: a multipart form, whose bytes nobody has',
			() => arriving({ rawBody: null }),
			{},
			'415 no_raw_body',
		],
		['29: one byte too many', () => arriving({ rawBody: Buffer.alloc(1001) }), {}, '413 too_large'],
		['53: no secret', arriving, { proof: { ...PARTNER, secrets: [] } as Proof }, '500 no_secret'],
		[
			'110: an empty secret',
			arriving,
			{ proof: { ...PARTNER, secrets: [''] } as Proof },
			'500 no_secret',
		],
		[
			'a scheme that is none',
			arriving,
			{ proof: { ...PARTNER, scheme: 'x' } as Proof },
			'500 unknown_scheme',
		],
		[
			'79: an address like an allowed one',
			() => arriving({ remoteAddress: '110.0.0.12' }),
			{ allowed: listOf('10.0.0.1') },
			'403 address_refused',
		],
		[
			'82: an address in a header',
			() => arriving({ headers: { ...signed().headers, 'X-Forwarded-For': '10.0.0.1' } }),
			{ allowed: listOf('10.0.0.1') },
			'403 address_refused',
		],
		[
			'85: addresses in other headers',
			() =>
				arriving({
					headers: {
						...signed().headers,
						'x-real-ip': '10.0.0.1',
						forwarded: 'for=10.0.0.1',
						'cf-connecting-ip': '10.0.0.1',
					},
				}),
			{ allowed: listOf('10.0.0.1') },
			'403 address_refused',
		],
		['no address at all', () => arriving({ remoteAddress: '' }), {}, '403 address_refused'],
		[
			'an unwanted type',
			() => arriving({ headers: { ...signed().headers, 'content-type': 'text/html' } }),
			{ contentTypes: ['application/json'] },
			'415 content_type_refused',
		],
	];
	test.each(cases)('%s', async (_case, arrival, some, expected) => {
		const claim = jest.fn(async () => true);
		expect(await outcome(arrival(), some, { claim })).toBe(expected);
		expect(claim).not.toHaveBeenCalled();
		expect(recorded.map(({ status, cause }) => `${status} ${cause}`)).toEqual([expected]);
	});

	test('what is on record holds no value of the request', async () => {
		const headers = { ...signed().headers, 'x-canary': 'CANARY' };
		await outcome(
			arriving({ headers, rawBody: Buffer.from('CANARY'), url: 'https://h/?k=CANARY' }),
		);
		expect(JSON.stringify(recorded)).not.toMatch(/CANARY|a-secret-that/);
	});
});

test('content types are compared without their parameters', async () => {
	const headers = { ...signed().headers, 'Content-Type': 'Application/JSON; charset=utf-8' };
	expect(await outcome(arriving({ headers }), { contentTypes: ['application/json'] })).toBe('run');
	expect(await outcome(arriving({ ...signed({ id: 'b' }) }), { contentTypes: ['text/*'] })).toBe(
		'run',
	);
});

test('a proxy of ours says who it was', async () => {
	const some = { allowed: listOf('203.0.113.7'), proxies: listOf('10.0.0.0/8') };
	const headers = { ...signed().headers, 'x-forwarded-for': '1.2.3.4, 203.0.113.7' };
	expect(await outcome(arriving({ remoteAddress: '10.0.0.1', headers }), some)).toBe('run');
});

test('83: who comes without our proxy is not whom it names, however many hops n8n believes in', async () => {
	const some = { allowed: listOf('203.0.113.7'), proxies: listOf('10.0.0.0/8') };
	const headers = { ...signed().headers, 'x-forwarded-for': '203.0.113.7' };
	expect(await outcome(arriving({ headers }), some)).toBe('403 address_refused');
	const passedOn = { ...headers, 'x-forwarded-for': '203.0.113.7, 198.51.100.9' };
	const arrival = arriving({ remoteAddress: '10.0.0.1', headers: passedOn });
	expect(await outcome(arrival, some)).toBe('403 address_refused');
});

describe('copies', () => {
	test('56: the same request again is a duplicate', async () => {
		expect(await outcome(arriving())).toBe('run');
		expect(await outcome(arriving())).toBe('duplicate');
		expect(recorded).toEqual([]);
	});

	test('58: so is one with a new unsigned id', async () => {
		const sent = (id: string) => arriving({ ...github('{}', { 'x-github-delivery': id }) });
		expect(await outcome(sent('one'), { proof: GITHUB })).toBe('run');
		expect(await outcome(sent('two'), { proof: GITHUB })).toBe('duplicate');
		const deliveries = new Idempotency(state, { now: () => nowMs, keepMs: 3_600_000 });
		expect(await outcome(sent('three'), { proof: GITHUB }, { deliveries })).toBe('run');
		expect(await outcome(sent('four'), { proof: GITHUB }, { deliveries })).toBe('duplicate');
	});

	test('59: of 50 at once one runs', async () => {
		const all = await Promise.all(Array.from({ length: 50 }, () => outcome(arriving())));
		expect(all.filter((one) => one === 'run')).toHaveLength(1);
		expect(all.filter((one) => one === 'duplicate')).toHaveLength(49);
	});

	test('61: so is one that comes to another process, or after a restart', async () => {
		const through = (store: EmbeddedState) => ({
			deliveries: new Idempotency(store, { now: () => nowMs, keepMs: 3_600_000 }),
		});
		expect(await outcome(arriving(), {}, through(state))).toBe('run');
		const other = new EmbeddedState(join(folder, 'state.db'));
		expect(await outcome(arriving(), {}, through(other))).toBe('duplicate');
		await other.close();
		await state.close();
		expect(await outcome(arriving(), {}, through(state))).toBe('duplicate');
	});

	test('62: a forged one does not stand in the way of the genuine one', async () => {
		expect(await outcome(arriving({ rawBody: Buffer.from('{}') }))).toBe('401 bad_signature');
		expect(await outcome(arriving())).toBe('run');
	});

	test('a request that was refused for its rate is not remembered', async () => {
		const keys = new TokenBuckets({ burst: 1, periodMs: 1000 }, () => nowMs);
		expect(await outcome(arriving({ ...signed({ id: 'a' }) }), {}, { keys })).toBe('run');
		expect(await outcome(arriving(), {}, { keys })).toBe('429 rate_limited');
		nowMs += 1000;
		expect(await outcome(arriving(), {}, { keys })).toBe('run');
	});

	test('they run where the operator says so', async () => {
		expect(await outcome(arriving(), { replayMs: null })).toBe('run');
		expect(await outcome(arriving(), { replayMs: null })).toBe('run');
	});

	test('the same signed id with another body is refused as reused', async () => {
		const answers = { seal: (answer: string) => answer, open: (sealed: string) => sealed };
		const deliveries = new Idempotency(state, { now: () => nowMs, keepMs: 3_600_000, answers });
		const first = await admit(arriving(), settings(), ports({ deliveries }));
		if (first.kind !== 'run' || first.ticket === undefined) throw new Error(first.kind);
		await deliveries.started(first.ticket, 'answer');
		expect(await admit(arriving(), settings(), ports({ deliveries }))).toEqual({
			kind: 'duplicate',
			answer: 'answer',
		});
		const other = arriving({ ...signed({ body: '{"b":1}' }) });
		expect(await outcome(other, {}, { deliveries })).toBe('409 id_reused');
	});
});

describe('rates', () => {
	const limiter = () => new TokenBuckets({ burst: 2, periodMs: 2000 }, () => nowMs);
	const numbered = (i: number, changes: Partial<Arrival> = {}) =>
		arriving({ ...signed({ id: `evt_${i}` }), ...changes });

	test('86: the request after a burst is told when to come again', async () => {
		const callers = limiter();
		for (let i = 0; i < 2; i += 1) expect(await outcome(numbered(i), {}, { callers })).toBe('run');
		const result = await admit(numbered(3), settings(), ports({ callers }));
		expect(result).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
	});

	test('88: one network of IPv6 is one caller', async () => {
		const callers = limiter();
		const from = (i: number) => numbered(i, { remoteAddress: `2001:db8:1:2::${i}` });
		const all = await Promise.all([1, 2, 3].map((i) => outcome(from(i), {}, { callers })));
		expect(all).toEqual(['run', 'run', '429 rate_limited']);
	});

	test('a flood from one address does not stop another', async () => {
		const callers = limiter();
		for (let i = 0; i < 50; i += 1) {
			await outcome(numbered(i, { rawBody: Buffer.from('x') }), {}, { callers });
		}
		const other = numbered(99, { remoteAddress: '203.0.113.7' });
		expect(await outcome(other, {}, { callers })).toBe('run');
	});

	test('a flood under one key does not stop another key', async () => {
		const keys = limiter();
		const secrets = [
			{ name: 'noisy', secret: SECRET },
			{ name: 'quiet', secret: 'another-secret' },
		];
		const proof: Proof = { ...PARTNER, secrets } as Proof;
		for (let i = 0; i < 20; i += 1) await outcome(numbered(i), { proof }, { keys });
		const quiet = arriving({ ...signed({ id: 'q', secret: 'another-secret' }) });
		expect(await outcome(quiet, { proof }, { keys })).toBe('run');
	});

	test('a flood under one key leaves the others their share of all requests', async () => {
		const keys = limiter();
		const requests = new TokenBuckets({ burst: 3, periodMs: 3_600_000 }, () => nowMs);
		const secrets = [
			{ name: 'noisy', secret: SECRET },
			{ name: 'quiet', secret: 'another-secret' },
		];
		const proof: Proof = { ...PARTNER, secrets } as Proof;
		for (let i = 0; i < 20; i += 1) await outcome(numbered(i), { proof }, { keys, requests });
		const quiet = (id: string) => arriving({ ...signed({ id, secret: 'another-secret' }) });
		expect(await outcome(quiet('q'), { proof }, { keys, requests })).toBe('run');
		expect(await outcome(quiet('r'), { proof }, { keys, requests })).toBe('429 rate_limited');
	});
});

describe('handshakes', () => {
	const GRAPH: Proof = { kind: 'scheme', scheme: 'microsoft-graph', secrets: [SECRET] };
	test('are answered and run nothing', async () => {
		const url = 'https://hooks.example.com/in?validationToken=abc';
		const result = await admit(arriving({ url }), settings({ proof: GRAPH }), ports());
		expect(result).toMatchObject({ kind: 'handshake', answer: { status: 200, body: 'abc' } });
	});

	test('95: unsigned where they have to be signed, they are refused and recorded', async () => {
		const proof: Proof = { kind: 'scheme', scheme: 'slack', secrets: [SECRET] };
		const rawBody = Buffer.from('{"type":"url_verification","challenge":"x"}');
		expect(await outcome(arriving({ rawBody, headers: {} }), { proof })).toBe('401 missing_header');
		expect(recorded).toHaveLength(1);
	});
});

describe('107: what breaks inside keeps the door shut', () => {
	test.each([
		[
			'the store',
			{ claim: async () => await Promise.reject(new Error('CANARY')) },
			'500 internal_error',
		],
		[
			'an absent store',
			{ claim: async () => await Promise.reject(new SealboxError('ERR_STATE_UNAVAILABLE', 'x')) },
			'503 store_unavailable',
		],
		[
			'a limit whose store is absent',
			{
				callers: { take: () => Promise.reject(new SealboxError('ERR_STATE_UNAVAILABLE', 'x')) },
			},
			'503 store_unavailable',
		],
		[
			'the limiter',
			{ callers: { take: () => Promise.reject(new Error('x')) } },
			'500 internal_error',
		],
	])('%s', async (_case, others, expected) => {
		expect(await outcome(arriving(), {}, others as Partial<DoorPorts>)).toBe(expected);
		expect(recorded).toHaveLength(1);
		expect(JSON.stringify(recorded)).not.toContain('CANARY');
	});
});

test('with no proof asked for, everybody runs, as often as they like', async () => {
	const proof: Proof = { kind: 'none' };
	expect(await outcome(arriving(), { proof })).toBe('run');
	expect(await outcome(arriving(), { proof })).toBe('run');
});

test('20: a form whose bytes are gone is refused, whatever the proof', async () => {
	const gone = arriving({ rawBody: null });
	expect(await outcome(gone, { proof: { kind: 'none' } })).toBe('415 no_raw_body');
	expect(await outcome(gone)).toBe('415 no_raw_body');
});

describe('deliveries that a header names', () => {
	const proof: Proof = { kind: 'none' };
	const sent = (id: string | string[], body = '{}') =>
		arriving({ headers: { 'Idempotency-Key': id }, rawBody: Buffer.from(body) });
	const known = async (arrival: Arrival, some: Partial<DoorSettings> = {}) =>
		await outcome(
			arrival,
			{ proof, deliveryHeader: 'idempotency-key', ...some },
			{ deliveries: new Idempotency(state, { now: () => nowMs, keepMs: 3_600_000 }) },
		);

	test('run once; another body under the same name is refused', async () => {
		expect(await known(sent('a'))).toBe('run');
		expect(await known(sent('a'))).toBe('duplicate');
		expect(await known(sent('b'))).toBe('run');
		expect(await known(sent('a', '{"b":1}'))).toBe('409 id_reused');
	});

	test('a request without the header runs each time', async () => {
		expect(await known(arriving({ headers: {} }))).toBe('run');
		expect(await known(arriving({ headers: {} }))).toBe('run');
	});

	test('a name that is there twice or too long is refused', async () => {
		expect(await known(sent(['a', 'b']))).toBe('401 duplicate_header');
		expect(await known(sent('a'.repeat(513)))).toBe('401 bad_id');
	});

	test('a signed request is known by what it signs, whatever the header says', async () => {
		const headers = { ...signed().headers, 'idempotency-key': 'one' };
		expect(await known(arriving({ headers }), { proof: PARTNER })).toBe('run');
		const other = { ...headers, 'idempotency-key': 'two' };
		expect(await known(arriving({ headers: other }), { proof: PARTNER })).toBe('duplicate');
	});
});

test('a token that is used again is no copy: its id says which token it is', async () => {
	const secret = 'a-shared-secret-of-at-least-32-bytes!';
	const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
	const claims = { iss: 'i', aud: 'a', jti: 'one', exp: nowMs / 1000 + 60 };
	const content = `${part({ typ: 'JWT', alg: 'HS256' })}.${part(claims)}`;
	const token = `${content}.${mac(content, secret).digest('base64url')}`;
	const proof: Proof = {
		kind: 'jwt',
		settings: { issuer: 'i', audience: 'a', algorithms: ['HS256'], keys: [secret] },
	};
	const deliveries = new Idempotency(state, { now: () => nowMs, keepMs: 3_600_000 });
	for (const body of ['{}', '{}', '{"b":1}']) {
		const headers = { authorization: `Bearer ${token}` };
		const arrival = arriving({ headers, rawBody: Buffer.from(body) });
		expect(await outcome(arrival, { proof }, { deliveries })).toBe('run');
	}
});
