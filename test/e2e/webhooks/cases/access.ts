import { randomUUID } from 'node:crypto';
import { createCanary } from '../../../../host/canary.ts';
import type { Cases } from '../cases.ts';
import type { Run } from '../doors.ts';
import { atMs, github, JSON_TYPE, newId, provider, SECRET } from '../sign.ts';

const canary = (name: string) => createCanary(name, 'plain').value;
const basic = (text: string) => ({
	authorization: `Basic ${Buffer.from(text).toString('base64')}`,
});
const PASSWORD = canary('password');

const rawOf = (runs: ReadonlyMap<string, readonly Run[]>, name: string) =>
	(runs.get(name) ?? []).map(({ raw }) => raw).join('\n');
const itemOf = (runs: ReadonlyMap<string, readonly Run[]>, name: string) =>
	runs.get(name)?.[0]?.item ?? {};

/** The secret itself is sent; what the workflow gets to see of it. */
export const accessCases: Cases = (doors) => {
	const login = doors.add('basic', { authentication: 'basic' }, [`user:${PASSWORD}:more`]);
	const header = doors.add('header', { authentication: 'header', headerName: 'X-Partner-Key' }, [
		SECRET,
	]);
	const query = doors.add('query', { authentication: 'query', queryName: 'key' }, [SECRET]);
	const bearer = doors.add('bearer', { authentication: 'bearer' }, [SECRET]);
	const gitlab = doors.add('gitlab', provider('gitlab-token'), [SECRET]);
	const hub = doors.add('github, headers', provider('github'), [SECRET]);
	const keeping = doors.add('kept', provider('github', { keptHeaders: 'Cookie' }), [SECRET]);
	const deleted = doors.add('deleted', provider('github'), [randomUUID()]);
	const secretHeaders = Object.fromEntries(
		['authorization', 'cookie', 'x-api-key', 'proxy-authorization', 'x-auth-token'].map((name) => [
			name,
			`Bearer ${canary(name)}`,
		]),
	);
	const cookie = `session=${canary('kept cookie')}`;
	return [
		{
			number: 76,
			run: async () => {
				await doors.lets(login, { headers: basic(`user:${PASSWORD}:more`) });
				await doors.refuses(login, { headers: basic(`user:${PASSWORD}`) }, 'bad_signature');
				await doors.refuses(login, { headers: basic(`:${PASSWORD}:more`) }, 'bad_signature');
				const plain = { authorization: `Basic user:${PASSWORD}:more` };
				await doors.refuses(login, { headers: plain }, 'bad_signature');
			},
			after: (runs) => expect(rawOf(runs, login.name)).not.toContain(PASSWORD),
		},
		{
			number: 77,
			run: async () => {
				const sent = { query: `?key=${SECRET}&x-partner-key=${SECRET}` };
				await doors.refuses(header, sent, 'missing_header');
			},
		},
		{
			number: 103,
			run: async () => {
				const headers = { ...JSON_TYPE, 'x-note': `it is ${SECRET}` };
				await doors.lets(header, { headers: { ...headers, 'x-partner-key': SECRET } });
				await doors.lets(query, { headers, query: `?key=${SECRET}&other=1` });
				await doors.lets(bearer, { headers: { ...headers, authorization: `Bearer ${SECRET}` } });
				await doors.lets(gitlab, { headers: { ...headers, 'x-gitlab-token': SECRET } });
				await doors.lets(hub, github(undefined, secretHeaders));
			},
			after: (runs) => {
				for (const { name } of [header, query, bearer, gitlab]) {
					expect(rawOf(runs, name)).not.toContain(SECRET);
				}
				const raw = rawOf(runs, hub.name);
				for (const value of Object.values(secretHeaders)) {
					expect(raw).not.toContain(value.slice('Bearer '.length));
				}
				const item = itemOf(runs, query.name);
				expect(item.query).toEqual({ key: '[secret]', other: '1' });
			},
		},
		{
			number: 104,
			run: async () => {
				await doors.lets(keeping, github(undefined, { ...secretHeaders, cookie }));
			},
			after: (runs) => {
				const item = itemOf(runs, keeping.name);
				expect(item.headers).toMatchObject({ cookie, authorization: '[secret]' });
			},
		},
		{
			number: 106,
			run: async () => {
				const { headers, ...rest } = github(JSON.stringify({ id: newId() }));
				const value = String(headers['x-hub-signature-256']);
				const other = (character = '') => (character === '0' ? '1' : '0');
				const first = value.replace(/=(.)/, (_all, c: string) => `=${other(c)}`);
				const last = value.slice(0, -1) + other(value.at(-1));
				const answers = [
					...(await Promise.all(
						[first, last].map((mac) =>
							doors.refuses(
								hub,
								{ ...rest, headers: { ...headers, 'x-hub-signature-256': mac } },
								'bad_signature',
							),
						),
					)),
					await doors.refuses(login, { headers: basic('user:wrong') }, 'bad_signature'),
					await doors.refuses(login, { headers: basic('nobody:wrong') }, 'bad_signature'),
				];
				const seen = answers.map(({ headers: all }) => ({ ...all, date: '' }));
				expect(new Set(seen.map((one) => JSON.stringify(one))).size).toBe(1);
				expect(seen[0]).not.toHaveProperty('www-authenticate');
			},
		},
		{
			number: 110,
			run: async () => {
				const id = deleted.node.credentials?.sealboxWebhookApi?.id ?? '';
				await doors.client.delete(`/rest/credentials/${id}`);
				await doors.refuses(deleted, { ...github(), atMs }, 'no_secret', 500);
			},
		},
	];
};
