import type { Cases } from '../cases.ts';
import {
	hmac,
	JSON_TYPE,
	newId,
	NOW_S,
	atMs,
	partner,
	PARTNER,
	customScheme,
	provider,
	SECRET,
	stripe,
} from '../sign.ts';

const TOLERANCE_S = 300;
const NO_TIMES = [
	`${NOW_S}junk`,
	`${NOW_S / 1e9}e9`,
	`+${NOW_S}`,
	`-${NOW_S}`,
	`${NOW_S}.0`,
	`${NOW_S} ${NOW_S}`,
	`0x${NOW_S.toString(16)}`,
];

/** When a request was made, and when it says so. */
export const timeCases: Cases = (doors) => {
	const door = doors.add('partner, times', customScheme(PARTNER), [SECRET]);
	const stripes = doors.add('stripe, times', provider('stripe'), [SECRET]);
	const paddle = doors.add('paddle', provider('paddle'), [SECRET]);
	const patient = doors.add('paddle, 10 s', provider('paddle', { toleranceSeconds: 10 }), [SECRET]);
	const late = () => {
		const body = JSON.stringify({ event_id: newId() });
		const mac = hmac(`${NOW_S - 6}:${body}`).digest('hex');
		const headers = { ...JSON_TYPE, 'paddle-signature': `ts=${NOW_S - 6};h1=${mac}` };
		return { body, atMs, headers };
	};
	return [
		{ number: 1, run: async () => void (await doors.lets(door, partner())) },
		{
			number: 2,
			run: async () => {
				await doors.refuses(door, partner({ timestamp: NOW_S - TOLERANCE_S - 1 }), 'stale');
				await doors.lets(door, partner({ timestamp: NOW_S - TOLERANCE_S }));
			},
		},
		{
			number: 4,
			run: async () => {
				await doors.refuses(door, partner({ timestamp: NOW_S + TOLERANCE_S + 1 }), 'future');
				await doors.lets(door, partner({ timestamp: NOW_S + TOLERANCE_S }));
			},
		},
		{
			number: 5,
			run: async () => {
				for (const timestamp of NO_TIMES) {
					await doors.refuses(door, partner({ timestamp }), 'bad_timestamp');
				}
			},
		},
		{
			number: 7,
			run: async () => {
				const { headers, ...rest } = partner();
				const others = { ...headers, 'x-timestamp': [] };
				await doors.refuses(door, { ...rest, headers: others }, 'missing_header');
			},
		},
		{
			number: 8,
			run: async () => {
				const twice = (mac: string) => `t=${NOW_S},t=${NOW_S},v1=${mac}`;
				await doors.refuses(stripes, stripe(twice), 'duplicate_field');
			},
		},
		{
			number: 10,
			run: async () => {
				await doors.refuses(paddle, late(), 'stale');
				await doors.lets(patient, late());
			},
		},
	];
};
