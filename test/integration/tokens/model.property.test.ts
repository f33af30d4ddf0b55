import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import fc from 'fast-check';
import { SealboxError, isSealboxError } from '../../../src/sealing/error';
import type { State } from '../../../src/state/state';
import type { Source } from '../../../src/tokens/issued';
import type { Tokens } from '../../../src/tokens/tokens';
import { reset, tokens, type Answer } from '../../servers/tokenService';
import { MINUTE, Room } from './room';

/**
 * Any sequence of what may happen to a grant in several processes, against a service that ends the grant when
 * a refresh token is used twice.
 */

const PROCESSES = 3;

type Step =
	| { readonly do: 'get' | 'getTwice' | 'getStale' | 'refuse' | 'restart'; readonly by: number }
	| { readonly do: 'getEverywhere' | 'loseAnswer' | 'downOnce' | 'reconnect' | 'revoke' }
	| { readonly do: 'wait'; readonly minutes: number }
	| { readonly do: 'die'; readonly by: number; readonly at: number };

const by = fc.nat({ max: PROCESSES - 1 });
const oneOf = (...names: Array<'get' | 'getTwice' | 'getStale' | 'refuse' | 'restart'>) =>
	fc.record({ do: fc.constantFrom(...names), by });

const steps: fc.Arbitrary<Step> = fc.oneof(
	{ weight: 6, arbitrary: oneOf('get', 'getTwice') },
	{ weight: 2, arbitrary: fc.constant<Step>({ do: 'getEverywhere' }) },
	{
		weight: 3,
		arbitrary: fc.integer({ min: 1, max: 70 }).map((minutes): Step => ({ do: 'wait', minutes })),
	},
	{
		weight: 2,
		arbitrary: fc.record({
			do: fc.constant('die' as const),
			by,
			at: fc.integer({ min: 1, max: 4 }),
		}),
	},
	{ weight: 2, arbitrary: oneOf('refuse', 'restart', 'getStale') },
	{ weight: 2, arbitrary: fc.constantFrom<Step>({ do: 'loseAnswer' }, { do: 'downOnce' }) },
	{ weight: 1, arbitrary: fc.constant<Step>({ do: 'reconnect' }) },
	{ weight: 1, arbitrary: fc.constant<Step>({ do: 'revoke' }) },
);

/** A process: its calls to the store fail from a chosen write on, as if it had died there. */
class Process {
	writesLeft = Infinity;
	readonly tokens: Tokens;

	constructor(room: Room) {
		const state = new Proxy(room.state, {
			get: (target, name) => {
				const value = Reflect.get(target, name) as unknown;
				if (typeof value !== 'function') return value;
				return async (...rest: unknown[]) => {
					if (name === 'swap') this.writesLeft -= 1;
					if (this.writesLeft < 0) throw new SealboxError('ERR_STATE_UNAVAILABLE', 'dead');
					return await (value as (...rest: unknown[]) => unknown).apply(target, rest);
				};
			},
		});
		this.tokens = room.tokens({
			state: state as State,
			folder: join(room.folder, 'nowhere', '\0'),
		});
	}
}

/** What a consent has brought forth. */
class Family {
	readonly issued = new Set<string>();
	hasEnded = false;
	/** An answer that used up a refresh token did not arrive. */
	wasLost = false;
}

class World {
	readonly spent = new Set<string>();
	readonly families = [new Family()];
	/** Which family a refresh token belongs to. */
	readonly kin = new Map([['refresh-0', this.family]]);
	isRevoked = false;
	last = '';
	readonly processes: Process[];

	constructor(readonly room: Room) {
		this.processes = Array.from({ length: PROCESSES }, () => new Process(room));
		room.service.answers = [this.answer];
	}

	get family(): Family {
		return this.families.at(-1) as Family;
	}

	readonly answer: Answer = ({ path, body }, response) => {
		const used = body.get('refresh_token') ?? '';
		const family = this.kin.get(used);
		if (path === '/token' && family !== undefined && this.spent.has(used)) family.hasEnded = true;
		if (path === '/token') this.spent.add(used);
		const given = tokens(this.spent.size);
		const isGood = path !== '/token' || (family !== undefined && !family.hasEnded);
		if (isGood) family?.issued.add(String(given.access_token));
		if (isGood && family !== undefined) this.kin.set(String(given.refresh_token), family);
		response.writeHead(isGood ? 200 : 400, { 'content-type': 'application/json' });
		response.end(JSON.stringify(isGood ? given : { error: 'invalid_grant' }));
	};

	/** The answer is made, so that the refresh token is used up, and does not arrive. */
	readonly lost: Answer = (asked, response, socket) => {
		const used = asked.body.get('refresh_token') ?? '';
		const family = this.kin.get(used);
		if (family !== undefined) family.wasLost = true;
		this.spent.add(used);
		(reset as (...all: unknown[]) => void)(asked, response, socket);
	};

	/** As somebody knows it who has seen so many consents. */
	grant(consents = this.families.length): Source {
		const refreshToken = consents === 1 ? 'refresh-0' : `consent-${consents}`;
		return this.room.grant({}, { accessToken: undefined, refreshToken });
	}

	/** What is left of a process that died: its lease, which ends in time. */
	restart(number: number): void {
		const database = new DatabaseSync(join(this.room.folder, 'state.sqlite'));
		database.exec('PRAGMA busy_timeout = 5000; UPDATE lease SET expires_at = 0');
		database.close();
		this.processes[number] = new Process(this.room);
	}

	async get(number: number, refused?: string, grant = this.grant()): Promise<void> {
		const process = this.processes[number] as Process;
		const got = await process.tokens.get(grant, refused).catch((error: unknown) => error);
		if (got instanceof Error) return this.check(got);
		const { accessToken } = got as { accessToken: string };
		expect(this.isRevoked).toBe(false);
		expect([...this.family.issued]).toContain(accessToken);
		this.last = accessToken;
	}

	check(error: Error): void {
		expect(isSealboxError(error)).toBe(true);
		expect(error.message).not.toMatch(/access-\d|refresh-\d|consent-\d/);
		if (this.isRevoked) expect((error as SealboxError).code).toMatch(/REVOKED|UNAVAILABLE/);
	}

	async take(step: Step): Promise<void> {
		const { service } = this.room;
		switch (step.do) {
			case 'get':
				return await this.get(step.by);
			case 'getTwice':
				await Promise.all([this.get(step.by), this.get(step.by)]);
				return;
			case 'getEverywhere':
				await Promise.all(this.processes.map((_process, number) => this.get(number)));
				return;
			case 'getStale':
				// A run that was given its credential before the latest consent.
				return await this.get(
					step.by,
					undefined,
					this.grant(Math.max(1, this.families.length - 1)),
				);
			case 'wait':
				this.room.ahead += step.minutes * MINUTE;
				return;
			case 'refuse':
				return await this.get(step.by, this.last === '' ? undefined : this.last);
			case 'loseAnswer':
				service.answers = [this.lost, this.answer];
				return;
			case 'downOnce':
				service.answers = [{ status: 503 }, this.answer];
				return;
			case 'die':
				// In the middle of the next renewal, if there is one.
				(this.processes[step.by] as Process).writesLeft = step.at;
				this.room.ahead += 2 * 60 * MINUTE;
				await this.get(step.by);
				this.family.wasLost ||= step.at <= 2;
				return this.restart(step.by);
			case 'restart':
				return this.restart(step.by);
			case 'reconnect':
				// A consent that nobody ever used cannot be told from a new one.
				await this.get(0);
				this.families.push(new Family());
				this.kin.set(`consent-${this.families.length}`, this.family);
				return await this.get(0);
			case 'revoke':
				await (this.processes[0] as Process).tokens.revoke(this.grant());
				this.isRevoked = (await this.room.state.read(`token/${this.grant().id}`)) !== null;
		}
	}
}

// Processes that die hold answers that they can keep nowhere, and say so.
beforeAll(() => void jest.spyOn(process, 'emitWarning').mockImplementation(() => {}));
afterAll(() => jest.restoreAllMocks());

test('96: whatever happens, a grant is lost only with an answer that was lost, and what is revoked stays so', async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(steps, { minLength: 3, maxLength: 16 }), async (list) => {
			const room = await Room.open();
			try {
				// Makes the file.
				await room.state.read('nothing');
				const world = new World(room);
				for (const step of list) await world.take(step);
				const { family } = world;
				if (family.hasEnded) expect(family.wasLost).toBe(true);
				if (!family.hasEnded && !world.isRevoked && !family.wasLost) {
					room.service.answers = [world.answer];
					room.ahead += 26 * 60 * MINUTE;
					for (const { tokens: all } of world.processes) await all.get(world.grant());
				}
				if (await room.state.read(`token/${world.grant().id}`)) {
					const { state } = await room.record(world.grant());
					expect(state === 'REVOKED').toBe(world.isRevoked);
				}
			} finally {
				await room.close();
			}
		}),
		{ numRuns: 40 },
	);
});
