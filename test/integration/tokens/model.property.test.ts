import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import fc from 'fast-check';
import { SealboxError, isSealboxError } from '../../../src/sealing/error';
import type { State } from '../../../src/state/state';
import type { Tokens } from '../../../src/tokens/tokens';
import { reset, tokens, type Answer } from '../../servers/tokenService';
import { MINUTE, Room } from './room';

/**
 * Any sequence of what may happen to a grant, against a service that ends the grant when a refresh token is
 * used twice.
 */

type Step =
	| {
			readonly do: 'get' | 'getTwice' | 'refuse' | 'loseAnswer' | 'downOnce' | 'restart' | 'revoke';
	  }
	| { readonly do: 'wait'; readonly minutes: number }
	| { readonly do: 'die'; readonly at: number };

const steps: fc.Arbitrary<Step> = fc.oneof(
	{ weight: 6, arbitrary: fc.constantFrom<Step>({ do: 'get' }, { do: 'getTwice' }) },
	{
		weight: 3,
		arbitrary: fc.integer({ min: 1, max: 70 }).map((minutes): Step => ({ do: 'wait', minutes })),
	},
	{ weight: 2, arbitrary: fc.integer({ min: 1, max: 4 }).map((at): Step => ({ do: 'die', at })) },
	{
		weight: 3,
		arbitrary: fc.constantFrom<Step>(
			{ do: 'refuse' },
			{ do: 'loseAnswer' },
			{ do: 'downOnce' },
			{ do: 'restart' },
		),
	},
	{ weight: 1, arbitrary: fc.constant<Step>({ do: 'revoke' }) },
);

/** A process: its calls to the store fail from a chosen write on, as if it had died there. */
class Process {
	writesLeft = Infinity;
	readonly state: State;

	constructor(real: State) {
		this.state = new Proxy(real, {
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
	}
}

class World {
	readonly spent = new Set<string>();
	readonly issued = new Set<string>();
	hasEnded = false;
	wasLost = false;
	isRevoked = false;
	last = '';
	process: Process;
	tokens: Tokens;

	constructor(readonly room: Room) {
		[this.process, this.tokens] = this.start();
		room.service.answers = [this.answer];
	}

	readonly answer: Answer = ({ path, body }, response) => {
		const used = body.get('refresh_token') ?? '';
		if (path === '/token' && this.spent.has(used)) this.hasEnded = true;
		if (path === '/token') this.spent.add(used);
		const given = tokens(this.spent.size);
		if (!this.hasEnded) this.issued.add(String(given.access_token));
		response.writeHead(this.hasEnded ? 400 : 200, { 'content-type': 'application/json' });
		response.end(JSON.stringify(this.hasEnded ? { error: 'invalid_grant' } : given));
	};

	/** The answer is made, so that the refresh token is used up, and does not arrive. */
	readonly lost: Answer = (asked, response, socket) => {
		this.wasLost = true;
		this.spent.add(asked.body.get('refresh_token') ?? '');
		(reset as (...all: unknown[]) => void)(asked, response, socket);
	};

	start(): [Process, Tokens] {
		const process = new Process(this.room.state);
		const folder = join(this.room.folder, 'nowhere', '\0');
		return [process, this.room.tokens({ state: process.state, folder })];
	}

	/** What is left of a process that died: its lease, which ends in time. */
	restart(): void {
		const database = new DatabaseSync(join(this.room.folder, 'state.sqlite'));
		database.exec('UPDATE lease SET expires_at = 0');
		database.close();
		[this.process, this.tokens] = this.start();
	}

	async get(refused?: string): Promise<void> {
		const grant = this.room.grant({}, { accessToken: undefined });
		const got = await this.tokens.get(grant, refused).catch((error: unknown) => error);
		if (got instanceof Error) return this.check(got);
		const { accessToken } = got as { accessToken: string };
		expect(this.isRevoked).toBe(false);
		expect(this.issued.has(accessToken)).toBe(true);
		this.last = accessToken;
	}

	check(error: Error): void {
		expect(isSealboxError(error)).toBe(true);
		expect(error.message).not.toMatch(/access-\d|refresh-\d/);
		if (this.isRevoked) expect((error as SealboxError).code).toMatch(/REVOKED|UNAVAILABLE/);
	}

	async take(step: Step): Promise<void> {
		const { service } = this.room;
		switch (step.do) {
			case 'get':
				return await this.get();
			case 'getTwice':
				await Promise.all([this.get(), this.get()]);
				return;
			case 'wait':
				this.room.ahead += step.minutes * MINUTE;
				return;
			case 'refuse':
				return await this.get(this.last === '' ? undefined : this.last);
			case 'loseAnswer':
				service.answers = [this.lost, this.answer];
				return;
			case 'downOnce':
				service.answers = [{ status: 503 }, this.answer];
				return;
			case 'die':
				// In the middle of the next renewal, if there is one.
				this.process.writesLeft = step.at;
				this.room.ahead += 2 * 60 * MINUTE;
				await this.get();
				this.wasLost ||= step.at <= 2;
				return this.restart();
			case 'restart':
				return this.restart();
			case 'revoke':
				await this.tokens.revoke(this.room.grant({}, { accessToken: undefined }));
				this.isRevoked = (await this.room.state.read(`token/${this.room.grant().id}`)) !== null;
		}
	}
}

// Processes that die hold answers that they can keep nowhere, and say so.
beforeAll(() => void jest.spyOn(process, 'emitWarning').mockImplementation(() => {}));
afterAll(() => jest.restoreAllMocks());

test('96: whatever happens, a grant is lost only with an answer that was lost, and what is revoked stays so', async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(steps, { minLength: 3, maxLength: 14 }), async (list) => {
			const room = await Room.open();
			try {
				// Makes the file.
				await room.state.read('nothing');
				const world = new World(room);
				for (const step of list) await world.take(step);
				if (world.hasEnded) expect(world.wasLost).toBe(true);
				if (!world.hasEnded && !world.isRevoked && !world.wasLost) {
					room.service.answers = [world.answer];
					room.ahead += 26 * 60 * MINUTE;
					await world.tokens.get(room.grant({}, { accessToken: undefined }));
				}
				if (await room.state.read(`token/${room.grant().id}`)) {
					const { state } = await room.record(room.grant());
					expect(state === 'REVOKED').toBe(world.isRevoked);
				}
			} finally {
				await room.close();
			}
		}),
		{ numRuns: 40 },
	);
});
