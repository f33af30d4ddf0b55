import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { SealboxError } from '../../../src/sealing/error';
import { generateKeyset } from '../../../src/sealing/keyset';
import type { Change, State } from '../../../src/state/state';
import { EmbeddedState } from '../../../src/state/embedded/embedded';
import { tokens } from '../../servers/tokenService';
import { HOUR, refusalOf, Room } from './room';

/** A store that fails, is altered or put back. The numbers are those of the list of faults. */

let room: Room;
afterEach(() => room.close());

const away = () => Promise.reject(new SealboxError('ERR_STATE_UNAVAILABLE', 'away'));

/** A store whose calls may be taken away, or whose answers may be lost. */
function failing(
	state: State,
	trouble: {
		swap?: (change: Change, real: State['swap']) => Promise<number | null>;
		isAway?: boolean;
	},
): State {
	return new Proxy(state, {
		get(target, name) {
			const value = Reflect.get(target, name) as unknown;
			if (typeof value !== 'function') return value;
			const real = (value as (...rest: unknown[]) => unknown).bind(target);
			if (trouble.isAway && name !== 'close') return away;
			const { swap } = trouble;
			if (name !== 'swap' || swap === undefined) return real;
			return (change: Change) => swap(change, real as State['swap']);
		},
	});
}

const isSave = ({ key, releases }: Change) => key.startsWith('token-journal/') || releases === true;

test('61: an answer that cannot be stored is kept in a file, used meanwhile, and saved later', async () => {
	const trouble: Parameters<typeof failing>[1] = {};
	room = await Room.open((state) => failing(state, trouble));
	trouble.swap = (change, real) => (isSave(change) ? away() : real(change));
	const [all, grant] = [room.tokens(), room.grant()];
	expect((await all.get(grant)).accessToken).toBe('access-1');
	const folder = join(room.folder, 'journal');
	const [file] = readdirSync(folder);
	expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);

	trouble.isAway = true;
	expect((await all.get(grant)).accessToken).toBe('access-1');

	trouble.isAway = false;
	trouble.swap = undefined;
	expect((await room.tokens().get(grant)).accessToken).toBe('access-1');
	expect(room.service.calls).toBe(1);
	expect(readdirSync(folder)).toEqual([]);
	expect(await room.record(grant)).toMatchObject({ refreshToken: 'refresh-1', state: 'UPDATED' });
});

test('62: where no file can be written either, an answer is held in memory, said aloud, and saved as soon as there is room', async () => {
	const trouble: Parameters<typeof failing>[1] = {};
	room = await Room.open((state) => failing(state, trouble));
	const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
	trouble.swap = (change, real) => (isSave(change) ? away() : real(change));
	writeFileSync(join(room.folder, 'full'), '');
	const full = { folder: join(room.folder, 'full', 'journal'), times: { leaseMs: 300 } };
	const [all, grants] = [room.tokens(full), [room.grant(), room.grant({ clientId: 'other' })]];
	for (const grant of grants) await all.get(grant);
	expect(warned.mock.calls).toEqual([
		[expect.stringMatching(/holds a renewed token in memory only.*Make room/), 'SealboxWarning'],
	]);
	expect(JSON.stringify(warned.mock.calls)).not.toMatch(/access-|refresh-/);
	warned.mockRestore();

	trouble.swap = undefined;
	while ((await room.state.keys('token-journal/', 10)).length < 2) await pause(20);
	// Another process finds them there; nobody asks again.
	const got = await Promise.all(grants.map((grant) => room.tokens(full).get(grant)));
	expect(got.map(({ accessToken }) => accessToken)).toEqual(['access-1', 'access-2']);
	expect(room.service.calls).toBe(2);
	expect(await room.state.keys('token-journal/', 10)).toEqual([]);
});

test('62: the process that holds an answer saves it itself, when it is asked first', async () => {
	const trouble: Parameters<typeof failing>[1] = {};
	room = await Room.open((state) => failing(state, trouble));
	const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
	trouble.swap = (change, real) => (isSave(change) ? away() : real(change));
	const nowhere = { folder: join(room.folder, '\0'), times: { leaseMs: 100 } };
	const [all, grant] = [room.tokens(nowhere), room.grant()];
	await all.get(grant);
	warned.mockRestore();
	trouble.swap = (change, real) =>
		change.key.startsWith('token-journal/') ? away() : real(change);
	expect((await all.get(grant)).accessToken).toBe('access-1');
	expect(await room.record(grant)).toMatchObject({ accessToken: 'access-1', state: 'UPDATED' });
	expect(room.service.calls).toBe(1);
});

test('92: where the record of an attempt cannot be written, nothing is asked', async () => {
	const trouble: Parameters<typeof failing>[1] = {};
	room = await Room.open((state) => failing(state, trouble));
	trouble.swap = (change, real) => (change.events?.length ? away() : real(change));
	const all = room.tokens();
	expect((await refusalOf(all.get(room.grant()))).code).toBe('ERR_STATE_UNAVAILABLE');
	const good = room.grant({ clientId: 'other' });
	trouble.swap = (change, real) =>
		change.events?.some(({ type }) => type.endsWith('refresh.started')) ? away() : real(change);
	expect((await refusalOf(all.get(good))).code).toBe('ERR_STATE_UNAVAILABLE');
	expect(room.service.calls).toBe(0);
	expect(await room.events()).toEqual(['created']);
	trouble.swap = undefined;
	expect((await all.get(good)).accessToken).toBe('access-1');
	expect((await room.events()).slice(-2)).toEqual(['refresh.started', 'refreshed']);
});

test('64: a change whose answer was lost is not made twice', async () => {
	const trouble: Parameters<typeof failing>[1] = {};
	room = await Room.open((state) => failing(state, trouble));
	trouble.swap = async (change, real) => {
		const version = await real(change);
		return change.releases ? away() : version;
	};
	expect((await room.tokens().get(room.grant())).accessToken).toBe('access-1');
	expect((await room.events()).filter((type) => type === 'refreshed')).toHaveLength(1);
	expect((await room.state.read(`token/${room.grant().id}`))?.version).toBe(3);
});

test('65: a torn file of the journal is left out', async () => {
	const trouble: Parameters<typeof failing>[1] = {};
	room = await Room.open((state) => failing(state, trouble));
	trouble.swap = (change, real) => (isSave(change) ? away() : real(change));
	await room.tokens({ times: { leaseMs: 300 } }).get(room.grant());
	const folder = join(room.folder, 'journal');
	const [file] = readdirSync(folder);
	writeFileSync(join(folder, file), 'sealbox.AQEB');
	trouble.swap = undefined;
	room.service.answers = [tokens(2)];
	expect((await room.tokens().get(room.grant())).accessToken).toBe('access-2');
});

test('101: a store that is away does not stop anything but the credentials, which say so', async () => {
	const trouble: Parameters<typeof failing>[1] = { isAway: true };
	room = await Room.open((state) => failing(state, trouble));
	expect((await refusalOf(room.tokens().get(room.grant()))).code).toBe('ERR_STATE_UNAVAILABLE');
	trouble.isAway = false;
	expect((await room.tokens().get(room.grant())).accessToken).toBe('access-1');
});

describe('a record in the hands of somebody else', () => {
	let database: DatabaseSync;
	beforeEach(async () => {
		room = await Room.open();
		await room.tokens().get(room.grant());
		database = new DatabaseSync(join(room.folder, 'state.sqlite'));
	});
	afterEach(() => database.close());

	const row = (id: string) =>
		database.prepare('SELECT value, version FROM record WHERE key = ?').get(`token/${id}`) as {
			value: string;
			version: number;
		};
	const put = (id: string, value: string, version = row(id).version) =>
		database
			.prepare('UPDATE record SET value = ?, version = ? WHERE key = ?')
			.run(value, version, `token/${id}`);

	test('70: a flipped bit anywhere is refused, and nothing is written over it', async () => {
		const { id } = room.grant();
		const { value } = row(id);
		const bytes = Buffer.from(value.slice(8), 'base64url');
		for (let at = 0; at < bytes.length; at += 13) {
			const altered = Buffer.from(bytes);
			altered[at] ^= 1 << at % 8;
			const text = `sealbox.${altered.toString('base64url')}`;
			put(id, text);
			expect((await refusalOf(room.tokens().get(room.grant()))).code).toBe('ERR_TOKEN_UNREADABLE');
			expect(row(id).value).toBe(text);
		}
		expect(room.service.calls).toBe(1);
		put(id, value);
		expect((await room.tokens().get(room.grant())).accessToken).toBe('access-1');
	});

	test('71: a record of another credential, and an earlier one under a later version, are refused', async () => {
		const other = room.grant({ clientId: 'other' });
		await room.tokens().get(other);
		const [mine, theirs] = [row(room.grant().id), row(other.id)];
		put(room.grant().id, theirs.value);
		expect((await refusalOf(room.tokens().get(room.grant()))).code).toBe('ERR_TOKEN_UNREADABLE');
		put(room.grant().id, mine.value);
		database.exec(`UPDATE record SET version = version + 1`);
		expect((await refusalOf(room.tokens().get(room.grant()))).code).toBe('ERR_TOKEN_UNREADABLE');
	});

	test('73: whoever edits what stands in clear changes nothing but that: a grant stays revoked, a token as old as it is', async () => {
		const grant = room.grant();
		const all = room.tokens();
		const early = row(grant.id);
		await all.revoke(grant);
		const edits = [
			// Back to a version in which it was not revoked, under its own number and under the present one.
			() => put(grant.id, early.value, early.version),
			() => put(grant.id, early.value),
			() => put(grant.id, row(grant.id).value, 1),
			() => database.prepare('DELETE FROM record WHERE key = ?').run(`token/${grant.id}`),
			() => database.exec(`UPDATE record SET key = replace(key, '${grant.id}', 'elsewhere')`),
		];
		for (const edit of edits) {
			database.exec('BEGIN; CREATE TEMP TABLE kept AS SELECT * FROM record; COMMIT');
			edit();
			expect((await refusalOf(all.get(grant))).code).toBe('ERR_TOKEN_UNREADABLE');
			database.exec('BEGIN; DELETE FROM record; INSERT INTO record SELECT * FROM kept; COMMIT');
			database.exec('DROP TABLE kept');
			expect((await refusalOf(all.get(grant))).code).toBe('ERR_TOKEN_REVOKED');
		}
		// Leases and fences decide who may ask, and neither what is given out nor what may be written.
		database.exec('UPDATE lease SET owner = NULL, fence = 0, expires_at = 0; DELETE FROM claim');
		expect((await refusalOf(all.get(grant))).code).toBe('ERR_TOKEN_REVOKED');
		expect(room.service.calls).toBe(3);
	});

	test('74: with the key missing nothing is lost; with the key back all is well', async () => {
		const { value } = row(room.grant().id);
		const stranger = room.tokens({ keyset: generateKeyset() });
		const { code, message } = await refusalOf(stranger.get(room.grant()));
		expect(code).toBe('ERR_TOKEN_UNREADABLE');
		expect(message).toMatch(/same encryption key/);
		expect(row(room.grant().id).value).toBe(value);
		expect((await room.tokens().get(room.grant())).accessToken).toBe('access-1');
	});

	test('68: an older backup is noticed by a process that has seen later versions, and nothing is asked for', async () => {
		const all = room.tokens();
		await all.get(room.grant());
		const backup = row(room.grant().id);
		room.ahead = 2 * HOUR;
		await all.get(room.grant());
		put(room.grant().id, backup.value, backup.version);
		const calls = room.service.calls;
		expect((await refusalOf(all.get(room.grant()))).code).toBe('ERR_TOKEN_UNREADABLE');
		expect(room.service.calls).toBe(calls);
	});

	test('no token is in the files of the store, whatever happened', async () => {
		room.ahead = 2 * HOUR;
		await room.tokens().get(room.grant());
		await room.tokens().revoke(room.grant());
		const copy = join(room.folder, 'copy');
		for (const suffix of ['', '-wal']) {
			await copyFile(join(room.folder, `state.sqlite${suffix}`), copy + suffix);
			const bytes = await import('node:fs').then(({ readFileSync }) =>
				readFileSync(copy + suffix, 'latin1'),
			);
			expect(bytes).not.toMatch(/access-\d|refresh-\d|app-secret/);
		}
		void EmbeddedState;
	});
});
