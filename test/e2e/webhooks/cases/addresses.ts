import { randomUUID } from 'node:crypto';
import type { Cases } from '../cases.ts';
import { github, provider, SECRET } from '../sign.ts';

/** All of ours come over the loopback network, as if from a proxy that says who it was. */
const PROXIES = '127.0.0.0/8';

/** A rule, addresses that it lets in, and addresses that it does not. */
const RULES: [rule: string, inside: string[], outside: string[]][] = [
	['10.0.0.0/8', ['10.0.0.0', '10.255.255.255', '::ffff:10.1.2.3'], ['9.255.255.255', '11.0.0.0']],
	['0.0.0.0/0', ['203.0.113.7'], ['2001:db8::1']],
	['203.0.113.7/32', ['203.0.113.7'], ['203.0.113.6', '203.0.113.8']],
	['2001:db8::/32', ['2001:db8::1', '2001:DB8:0:0::2'], ['2001:db9::1', 'fe80::1%eth0']],
	['2001:db8::1/128', ['2001:db8:0:0:0:0:0:1'], ['2001:db8::2']],
];
const NO_RULES = ['1.2.3.4/24abc', '01.2.3.4', 'fe80::1%eth0', '10.0.0.0/33', 'localhost'];

/** From where requests come, and how often. */
export const addressCases: Cases = (doors) => {
	const hub = (name: string, options: object) =>
		doors.add(name, provider('github', options), [SECRET]);
	const similar = hub('similar', { allowed: '27.0.0.1' });
	const proxied = hub('proxied', { allowed: '10.0.0.1', proxies: PROXIES });
	const others = hub('others', { allowed: '203.0.113.7' });
	const ranges = RULES.map(
		([rule, inside, outside], i) =>
			[hub(`range ${i}`, { allowed: rule, proxies: PROXIES }), inside, outside] as const,
	);
	const burst = hub('burst', { callerRate: 2 });
	const network = hub('network', { callerRate: 2, proxies: PROXIES });
	const refused = (allowed: string) => provider('github', { allowed });
	return [
		{
			number: 79,
			run: async () => {
				await doors.refuses(similar, github(), 'address_refused', 403);
				const sent = github(undefined, { 'x-forwarded-for': '110.0.0.12' });
				await doors.refuses(proxied, sent, 'address_refused', 403);
			},
		},
		{
			number: 80,
			run: async () => {
				const from = (address: string) => github(undefined, { 'x-forwarded-for': address });
				for (const [door, inside, outside] of ranges) {
					for (const address of inside) await doors.lets(door, from(address));
					for (const address of outside) {
						await doors.refuses(door, from(address), 'address_refused', 403);
					}
				}
				const problems = await doors.problems(NO_RULES.map(refused), SECRET);
				const expected = expect.stringMatching(/^Allowed Addresses: /) as string;
				expect(problems).toEqual(NO_RULES.map(() => expected));
			},
		},
		{
			number: 82,
			run: async () => {
				const sent = github(undefined, { 'x-forwarded-for': '203.0.113.7' });
				await doors.refuses(others, sent, 'address_refused', 403);
			},
		},
		{
			number: 85,
			run: async () => {
				const forged = {
					'x-real-ip': '203.0.113.7',
					forwarded: 'for=203.0.113.7',
					'cf-connecting-ip': '203.0.113.7',
					'true-client-ip': '203.0.113.7',
				};
				await doors.refuses(others, github(undefined, forged), 'address_refused', 403);
			},
		},
		{
			number: 86,
			run: async () => {
				await doors.lets(burst, github());
				await doors.lets(burst, github());
				const { headers } = await doors.refuses(burst, github(), 'rate_limited', 429);
				expect(Number(headers['retry-after'])).toBeGreaterThan(0);
				await doors.lets(burst, { ...github(), from: '127.0.0.2' });
			},
		},
		{
			number: 88,
			run: async () => {
				const from = (last: string) =>
					github(undefined, { 'x-forwarded-for': `2001:db8:1:2::${last}` });
				await doors.lets(network, from('1'));
				await doors.lets(network, from('2'));
				await doors.refuses(network, from(randomUUID().slice(0, 4)), 'rate_limited', 429);
			},
		},
	];
};
