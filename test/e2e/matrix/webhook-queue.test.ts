import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startHost, type Host } from '../../../host/host.ts';
import { pack } from '../../../host/pack.ts';
import { hasPostgres } from '../../../host/servers/postgres.ts';
import { hasRedis } from '../../../host/servers/redis.ts';
import { describeWith } from '../../servers/required';
import { titleOf } from '../webhooks/cases.ts';
import { Doors, type Door } from '../webhooks/doors.ts';
import { send } from '../webhooks/send.ts';
import { customScheme, github, PARTNER, partner, provider, SECRET } from '../webhooks/sign.ts';

/** Two processes receive for one trigger: n8n's own PostgreSQL knows what each of them let in. */

const START_MS = 300_000;
const COPIES = 50;
const DUPLICATE = '200 {"message":"duplicate"}';

describeWith('PostgreSQL and Redis', hasPostgres && hasRedis)('in queue mode', () => {
	let host: Host;
	let doors: Doors;
	let door: Door;
	let trusting: Door;
	let pinned: Door;
	/** The same door as the other process answers it. */
	const other = ({ url }: Door) => url.replace(host.webhookUrl, host.webhook2Url);

	beforeAll(async () => {
		const packed = mkdtempSync(join(tmpdir(), 'sealbox-webhooks-'));
		const { path } = await pack(packed);
		host = await startHost({
			mode: 'queue',
			webhooks: 2,
			tarball: path,
			guard: 'test/e2e/webhooks/clock.cjs',
			// There is no proxy.
			env: { N8N_PROXY_HOPS: '1' },
		});
		rmSync(packed, { recursive: true });
		doors = new Doors({ client: host.client, url: host.webhookUrl, folder: host.folder });
		door = doors.add('partner', customScheme(PARTNER), [SECRET]);
		const allowed = '203.0.113.7';
		trusting = doors.add('hops', provider('github', { allowed }), [SECRET]);
		pinned = doors.add('proxies', provider('github', { allowed, proxies: '192.0.2.1' }), [SECRET]);
		await doors.open();
	}, START_MS);
	afterAll(() => host?.stop(), START_MS);

	test(
		titleOf(59),
		async () => {
			const sent = partner();
			const copies = Array.from({ length: COPIES }, (_, i) =>
				send(i % 2 === 0 ? door.url : other(door), sent),
			);
			const answers = (await Promise.all(copies)).map(({ status, body }) => `${status} ${body}`);
			door.runs += 1;
			expect(answers.sort()).toEqual([
				'200 {"message":"Workflow was started"}',
				...Array<string>(COPIES - 1).fill(DUPLICATE),
			]);
		},
		START_MS,
	);

	test(
		titleOf(61),
		async () => {
			const sent = partner();
			await doors.lets(door, sent);
			await doors.knows({ ...door, url: other(door) }, sent);
			// A worker that is killed takes its runs with it.
			await doors.runs();
			await host.restart('kill');
			await doors.knows(door, sent);
			await doors.knows({ ...door, url: other(door) }, sent);
		},
		START_MS,
	);

	test(titleOf(83), async () => {
		const sent = github(undefined, { 'x-forwarded-for': '203.0.113.7' });
		await doors.refuses(pinned, sent, 'address_refused', 403);
		// What the option is there for: n8n takes whatever the caller wrote.
		await doors.lets(trusting, sent);
	});

	test(
		'each request that was let in ran once, and each other one is on record',
		async () => {
			const counts = new Map([...(await doors.runs())].map(([name, own]) => [name, own.length]));
			expect(counts).toEqual(doors.expected.runs);
			expect(await doors.reasons()).toEqual(doors.expected.reasons);
		},
		START_MS,
	);
});
