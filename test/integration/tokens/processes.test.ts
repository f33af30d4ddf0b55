import { join } from 'node:path';
import { hasPostgres, startPostgres } from '../../../host/servers/postgres.ts';
import { readTrail } from '../../../src/audit/read';
import { openTrail } from '../../../src/audit/trail';
import { verifyTrail } from '../../../src/audit/verify';
import { Recorder, writeTo } from '../../../src/events/recorder';
import { exportKeyset } from '../../../src/sealing/keysetText';
import { refreshTokenGrant } from '../../../src/tokens/grants/oauth';
import { Tokens } from '../../../src/tokens/tokens';
import { bundle, run, type Running } from '../../processes';
import { rmSync } from 'node:fs';
import { AuthorizationServer } from '../../servers/authorizationServer';
import { describeWith } from '../../servers/required';
import { refusal, tokens } from '../../servers/tokenService';
import { storeAt, type Place } from '../state/stores';
import type { Order, Step } from './program';
import { HOUR, KEY, refusalOf, Room } from './room';

/** Several real processes, some of which die. The numbers are those of the list of faults. */

let program: string;
let programFolder: string;
let room: Room;

beforeAll(() => {
	({ folder: programFolder, program } = bundle(join(__dirname, 'program.ts')));
});
afterAll(() => rmSync(programFolder, { recursive: true }));
beforeEach(async () => (room = await Room.open()));
afterEach(() => room.close());

const here = (): Place => ({ file: join(room.folder, 'state.sqlite') });

const start = (order: Partial<Order>, place: Place = here()): Running<string[][]> =>
	run(program, {
		place,
		keyset: exportKeyset(room.keyset, { key: KEY }),
		folder: join(room.folder, 'journal'),
		client: { tokenUrl: room.service.tokenUrl, clientId: 'app', clientSecret: 'app-secret' },
		consent: { refreshToken: 'refresh-0', accessToken: 'access-0', expiresAtMs: 1 },
		times: SHORT,
		...order,
	} satisfies Order);

/** So that a drill does not wait for half a minute until a lease ends. */
const SHORT = { leaseMs: 800, budgetMs: 600, waitMs: 6_000 };

async function twentyRounds(place: Place): Promise<void> {
	const server = await AuthorizationServer.start();
	const { tokenUrl, clientId, clientSecret } = server;
	const client = { tokenUrl, clientId, clientSecret };
	const consent = { refreshToken: await server.consent() };
	const rounds = { count: 20, processes: 4, callers: 50 };
	const running = Array.from({ length: 4 }, () =>
		start({ client, consent, rounds, times: {} }, place),
	);
	const answers = await Promise.all(running.map(({ answer }) => answer));

	expect(await server.calls()).toBe(20);
	for (let round = 0; round < 20; round += 1) {
		const got = new Set(answers.flatMap((answer) => answer?.[round]));
		expect(got.size).toBe(1);
	}
	const last = answers[0]?.[19]?.[0] ?? '';
	expect(await server.isLive(last)).toBe(true);
	// The grant is alive: its newest refresh token brings one more.
	const state = storeAt(place);
	const source = refreshTokenGrant(client, { consent, account: 'someone' }, KEY);
	const further = new Tokens(room.settings({ state, clock: () => Date.now() + 41 * HOUR }));
	expect(await server.isLive((await further.get(source)).accessToken)).toBe(true);
	expect(await server.calls()).toBe(21);
	await state.close();
	await server.stop();
}

test('36 and 37: 200 callers in 4 processes and 20 rounds ask 20 times, and the grant lives', async () => {
	await twentyRounds(here());
});

describeWith('PostgreSQL', hasPostgres)('in PostgreSQL', () => {
	let server: Awaited<ReturnType<typeof startPostgres>>;
	beforeAll(async () => {
		server = await startPostgres();
	});
	afterAll(() => server.stop());

	test('36 and 37: the same', async () => {
		await twentyRounds({ port: server.port, schema: 'sealbox' });
	});
});

/** Kills a process at a step of its renewal; the calls to the service until then. */
async function killedAt(stopAt: Step, order: Partial<Order> = {}): Promise<number> {
	const victim = start({ ...order, stopAt });
	await victim.said('at');
	victim.kill('SIGKILL');
	await victim.answer;
	return room.service.calls;
}

/** What the audit trail says of the grant, to whoever reads it afterwards; the record itself is sound. */
async function told(): Promise<string[]> {
	const folder = join(room.folder, 'audit');
	const trail = openTrail({ folder, key: KEY, clock: Date.now, process: 'next' });
	await new Recorder(room.state, writeTo(trail)).drain();
	await trail.close();
	const [report, ...others] = await verifyTrail(folder, KEY);
	expect(report).toMatchObject({ isClosed: true, cuts: [] });
	expect([report?.finding, others]).toEqual([undefined, []]);
	const lines = (await readTrail(folder)).filter(({ type }) => !type.startsWith('trail.'));
	const events = lines.map(({ subject = {} }) => subject.event);
	expect(new Set(events).size).toBe(events.length);
	return lines.map(({ type, subject: { reason = '' } = {} }) => `${type} ${reason}`.trim());
}

const STARTED = ['credential.created', 'credential.refresh.started'];
const RENEWED = 'credential.refreshed rotated';
/** Nobody knows what the service did; it is asked again. */
const ASKED_AGAIN = [
	...STARTED,
	'credential.refresh.recovered unanswered',
	'credential.refresh.ambiguous ambiguous: attempt_lost',
	'credential.refresh.started',
];
const FROM_JOURNAL = 'credential.refresh.recovered answer was in the journal';

interface Death {
	readonly stopAt: Step;
	/** To the service: until the death, and in all. */
	readonly calls: readonly [number, number];
	/** Of the renewal that it leaves unfinished. */
	readonly fence?: number;
	readonly story: readonly string[];
}

describe('a process that is killed', () => {
	test.each<[string, Death]>([
		[
			'38: before it wrote anything down, nothing was asked; the next one asks',
			{ stopAt: 'before the intent', calls: [0, 1], story: [...STARTED, RENEWED] },
		],
		[
			'38 and 103: before the call, one call is made in all within a lease, under a higher fence',
			{ stopAt: 'after the intent', calls: [0, 1], fence: 1, story: [...ASKED_AGAIN, RENEWED] },
		],
		[
			'after the call, the answer is lost: a service that forgives is asked again',
			{ stopAt: 'before the journal', calls: [1, 2], fence: 1, story: [...ASKED_AGAIN, RENEWED] },
		],
		[
			'40: before the save, the answer is in the journal: it is saved, and nobody asks again',
			{
				stopAt: 'after the journal',
				calls: [1, 1],
				fence: 1,
				story: [...STARTED, FROM_JOURNAL, RENEWED],
			},
		],
		[
			'after the save, everything is there',
			{ stopAt: 'after the save', calls: [1, 1], story: [...STARTED, RENEWED] },
		],
	])('%s', async (_name, { stopAt, calls, fence, story }) => {
		expect(await killedAt(stopAt)).toBe(calls[0]);
		expect((await room.record(room.grant())).intent?.fence).toBe(fence);
		const { accessToken } = await room.tokens({ times: SHORT }).get(room.grant());
		expect([accessToken, room.service.calls]).toEqual([`access-${calls[1]}`, calls[1]]);
		expect(await room.record(room.grant())).toMatchObject({ health: 'OK' });
		expect(await room.state.keys('token-journal/', 10)).toEqual([]);
		expect(await told()).toEqual(story);
	});

	test('before the call, with a token that is good for a while: nothing is risked until it is not', async () => {
		const expiresAtMs = room.now + HOUR;
		const consent = { refreshToken: 'refresh-0', accessToken: 'access-0', expiresAtMs };
		await room.tokens().get(room.grant({}, { expiresAtMs }));
		const times = { ...SHORT, patienceMs: 60_000 };
		await killedAt('after the intent', { consent, aheadMs: 55 * 60_000, times });
		room.ahead = 55 * 60_000;
		const [all, grant] = [room.tokens({ times }), room.grant({}, { expiresAtMs })];
		expect((await all.get(grant)).accessToken).toBe('access-0');
		expect(await room.record(grant)).toMatchObject({ isUncertain: true, state: 'ACTIVE' });
		expect(room.service.calls).toBe(0);
		room.ahead = 59.5 * 60_000;
		expect((await all.get(grant)).accessToken).toBe('access-1');
		expect(room.service.calls).toBe(1);
	});

	test('after the call, the answer is lost: a service that does not forgive wants a person, who hears it once', async () => {
		expect(await killedAt('before the journal')).toBe(1);
		room.service.answers = [refusal(400, 'invalid_grant')];
		const all = room.tokens({ times: SHORT });
		for (let i = 0; i < 20; i += 1) {
			expect((await refusalOf(all.get(room.grant()))).code).toBe('ERR_TOKEN_REAUTH');
		}
		expect(room.service.calls).toBe(2);
		expect(await room.reasons('credential.reauth_required')).toEqual(['lost_rotation']);
		expect(await told()).toEqual([...ASKED_AGAIN, 'credential.reauth_required lost_rotation']);
	});
});

test('41: a process that slept while another took over harms nothing when it wakes', async () => {
	const sleeper = start({ stopAt: 'before the journal', stopMs: 100 });
	await sleeper.said('at');
	sleeper.kill('SIGSTOP');
	room.service.answers = [tokens(2)];
	const all = room.tokens({ times: SHORT });
	expect((await all.get(room.grant())).accessToken).toBe('access-2');
	sleeper.kill('SIGCONT');
	// It serves what the other one has got.
	expect(await sleeper.answer).toEqual([['access-2']]);
	expect(await room.record(room.grant())).toMatchObject({
		accessToken: 'access-2',
		refreshToken: 'refresh-2',
	});
	// Its own answer is kept for a while, then gone.
	expect(await room.state.keys('token-journal/', 10)).toHaveLength(1);
	room.ahead += 2 * HOUR;
	room.service.answers = [tokens(3)];
	await all.get(room.grant());
	expect(await room.state.keys('token-journal/', 10)).toHaveLength(0);
});
