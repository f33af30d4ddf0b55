import type { Cases } from '../cases.ts';
import { send } from '../send.ts';
import {
	atMs,
	customScheme,
	github,
	hmac,
	JSON_TYPE,
	newId,
	NOW_S,
	PARTNER,
	partner,
	provider,
	SECRET,
} from '../sign.ts';

const COPIES = 50;

/** The same request again: by accident, by an attacker, at once, after a failure. */
export const copyCases: Cases = (doors) => {
	const door = doors.add('partner, copies', customScheme(PARTNER), [SECRET]);
	const hub = doors.add('github, copies', provider('github'), [SECRET]);
	const mailgun = doors.add('mailgun', provider('mailgun'), [SECRET]);
	const failing = doors.add('failing', customScheme(PARTNER), [SECRET], { fails: true });
	return [
		{
			number: 56,
			run: async () => {
				const sent = partner();
				await doors.lets(door, sent);
				await doors.knows(door, sent);
				await doors.knows(door, sent);
			},
		},
		{
			number: 58,
			run: async () => {
				const body = JSON.stringify({ id: newId() });
				await doors.lets(hub, github(body, { 'x-github-delivery': newId() }));
				await doors.knows(hub, github(body, { 'x-github-delivery': newId() }));
			},
		},
		{
			number: 59,
			run: async () => {
				const sent = partner();
				const copies = Array.from({ length: COPIES }, () => send(door.url, sent));
				const bodies = (await Promise.all(copies)).map(({ status, body }) => `${status} ${body}`);
				door.runs += 1;
				expect(bodies.sort()).toEqual([
					'200 {"message":"Workflow was started"}',
					...Array<string>(COPIES - 1).fill('200 {"message":"duplicate"}'),
				]);
			},
		},
		{
			number: 62,
			run: async () => {
				const genuine = partner();
				await doors.refuses(door, { ...genuine, body: '{"a":2}' }, 'bad_signature');
				await doors.lets(door, genuine);
			},
		},
		{
			number: 65,
			run: async () => {
				const token = newId();
				const signature = hmac(`${NOW_S}${token}`).digest('hex');
				const sent = (event: string) => ({
					atMs,
					headers: JSON_TYPE,
					body: JSON.stringify({ signature: { timestamp: `${NOW_S}`, token, signature }, event }),
				});
				await doors.lets(mailgun, sent('delivered'));
				await doors.refuses(mailgun, sent('opened'), 'id_reused', 409);
			},
		},
		{
			number: 109,
			run: async () => {
				const sent = partner();
				await doors.lets(failing, sent);
				await doors.knows(failing, sent);
			},
			after: (runs) => {
				expect(runs.get(failing.name)?.map(({ status }) => status)).toEqual(['error']);
			},
		},
	];
};
