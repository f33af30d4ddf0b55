import type { Source } from '../../../src/tokens/issued';
import { tokens } from '../../servers/tokenService';
import { HOUR, MINUTE, refusalOf, Room } from './room';

/** What is announced of grants before, and instead of, somebody's workflow failing. */

let room: Room;
beforeEach(async () => (room = await Room.open()));
afterEach(() => room.close());

const said = async (type: string): Promise<Record<string, unknown>[]> =>
	(await room.state.events(0, 1_000))
		.filter((event) => event.type === `credential.${type}`)
		.map(({ body }) => JSON.parse(body) as Record<string, unknown>);

/** A grant that was used once, and whose refresh token is good for so long. */
async function used(refreshSeconds: number): Promise<Source> {
	room.service.answers = [tokens(1, { refresh_token_expires_in: refreshSeconds })];
	const grant = room.grant();
	await room.tokens().get(grant);
	return grant;
}

test('a grant that ends soon is announced once, by whoever looks, though nobody uses it', async () => {
	await used(8 * 3_600);
	const [one, other] = [room.tokens(), room.tokens()];
	await one.lookAhead();
	expect(await said('expiring_soon')).toEqual([]);
	room.ahead = 6.5 * HOUR;
	for (const each of [one, other, one]) await each.lookAhead();
	const [event, ...more] = await said('expiring_soon');
	expect(more).toEqual([]);
	expect(event).toMatchObject({ ends: 'grant', label: new URL(room.service.url).host });
	expect(Date.parse(String(event?.expiresAt)) - room.now).toBeLessThan(2 * HOUR);
	expect(JSON.stringify(event)).not.toMatch(/access-|refresh-/);
});

test('used again it is announced no second time, and its next version is when its own end comes near', async () => {
	const grant = await used(8 * 3_600);
	room.ahead = 6.5 * HOUR;
	// The answer says that the new refresh token ends eight hours from now.
	await room.tokens().get(grant);
	await room.tokens().lookAhead();
	expect(await said('expiring_soon')).toEqual([]);
	room.ahead = 13.5 * HOUR;
	await room.tokens().lookAhead();
	await room.tokens().lookAhead();
	expect(await said('expiring_soon')).toHaveLength(1);
});

test('an access token that nothing renews is announced when it is used near its end', async () => {
	const expiresAtMs = room.now + HOUR;
	const grant = room.grant({}, { accessToken: 'access-0', expiresAtMs });
	const { refreshToken, ...rest } = grant.consent ?? {};
	expect(refreshToken).toBeDefined();
	const source = { ...grant, consent: rest };
	const all = room.tokens();
	await all.get(source);
	room.ahead = 59 * MINUTE;
	for (let i = 0; i < 3; i += 1) await all.get(source);
	expect(await said('expiring_soon')).toHaveLength(1);
	expect((await said('expiring_soon'))[0]).toMatchObject({ ends: 'access token' });
});

test('trouble is announced when it begins, when a person has to see to it, and when it begins anew', async () => {
	const grant = room.grant();
	const all = room.tokens();
	const fail = async (status: number, error: string) => {
		room.service.answers = [{ status, body: { error } }];
		await refusalOf(all.get(grant));
		room.ahead += HOUR;
	};
	// A pause that the service asks for is not tried again at once.
	for (let i = 0; i < 3; i += 1) await fail(429, 'slow_down');
	expect(await said('refresh.failing')).toHaveLength(1);
	await fail(400, 'invalid_scope');
	await fail(400, 'invalid_scope');
	expect(await said('refresh.failing')).toMatchObject([
		{ health: 'DEGRADED', reason: 'throttled: slow_down' },
		{ health: 'CONFIG_ERROR', reason: 'request-bad: invalid_scope' },
	]);
	room.service.answers = [tokens(1)];
	await all.get(grant);
	room.ahead += HOUR;
	await fail(400, 'invalid_scope');
	expect(await said('refresh.failing')).toHaveLength(3);
});

test('another client secret is noted once, and the grant goes on', async () => {
	await room.tokens().get(room.grant());
	const edited = room.grant({ clientSecret: 'another-secret' });
	const tokensThen = await Promise.all([room.tokens().get(edited), room.tokens().get(edited)]);
	expect(tokensThen.map(({ accessToken }) => accessToken)).toEqual(['access-1', 'access-1']);
	await room.tokens().get(edited);
	expect(await said('rotated')).toMatchObject([{ reason: 'client secret' }]);
});
