import { callerAddress, callerOf, readAddresses } from '../../src/webhooks';

/*
 * Addresses that look like allowed ones (79, 80), and headers that claim to be (82–85).
 */

function listOf(...rules: string[]) {
	const read = readAddresses(rules);
	if ('problems' in read) throw new Error(read.problems.join());
	return read.list;
}

test.each([
	['79: a rule is no part of a text', '10.0.0.1', '110.0.0.12', false],
	['an address', '203.0.113.7', '203.0.113.7', true],
	['the first of a range', '10.1.0.0/16', '10.1.0.0', true],
	['the last of a range', '10.1.0.0/16', '10.1.255.255', true],
	['the next after a range', '10.1.0.0/16', '10.2.0.0', false],
	['80: /0', '0.0.0.0/0', '198.51.100.1', true],
	['80: /0 of IPv4 is not one of IPv6', '0.0.0.0/0', '2001:db8::1', false],
	['80: /32', '10.0.0.1/32', '10.0.0.2', false],
	['80: /128', '2001:db8::1/128', '2001:db8::2', false],
	['80: the short form', '2001:db8::/32', '2001:0db8:0:0:0:0:0:1', true],
	['IPv4 written as IPv6', '10.0.0.0/8', '::ffff:10.9.8.7', true],
	['a zone', 'fe80::/10', 'fe80::1%eth0', false],
	['no address', '0.0.0.0/0', 'unknown', false],
	['an empty address', '0.0.0.0/0', '', false],
	['a leading zero', '10.0.0.0/8', '010.0.0.1', false],
])('%s', (_case, rule, address, isIn) => expect(listOf(rule).has(address)).toBe(isIn));

test('an empty list lets nobody in', () => expect(listOf().has('127.0.0.1')).toBe(false));

test.each([
	'1.2.3.4/24abc',
	'01.2.3.4',
	'1.2.3',
	'1.2.3.4/33',
	'1.2.3.4/-1',
	'1.2.3.4/024',
	'1.2.3.4/',
	'2001:db8::/129',
	'fe80::1%eth0',
	'example.com',
	'1.2.3.4 5.6.7.8',
	'*',
	'',
])('80: %j is no rule, and the message says how one looks', (rule) => {
	const read = readAddresses(['10.0.0.0/8', rule]);
	expect('problems' in read && read.problems).toEqual([expect.stringContaining('10.0.0.0/8')]);
});

test('a message does not repeat what is no address', () => {
	const read = readAddresses(['sk_live_CANARY']);
	expect(JSON.stringify(read)).not.toContain('CANARY');
});

describe('the one address that counts', () => {
	const proxies = listOf('10.0.0.0/8');
	test.each([
		[
			'82: without proxies the header is ignored',
			'198.51.100.9',
			['203.0.113.7'],
			null,
			'198.51.100.9',
		],
		[
			'83: a stranger’s header is ignored',
			'198.51.100.9',
			['203.0.113.7'],
			proxies,
			'198.51.100.9',
		],
		['a proxy says who it was', '10.0.0.1', ['203.0.113.7'], proxies, '203.0.113.7'],
		[
			'83: what stands to the left is only written there',
			'10.0.0.1',
			['203.0.113.7, 198.51.100.9'],
			proxies,
			'198.51.100.9',
		],
		['a chain of proxies', '10.0.0.1', ['203.0.113.7, 10.0.0.2'], proxies, '203.0.113.7'],
		['several lines', '10.0.0.1', ['203.0.113.7', '10.0.0.2'], proxies, '203.0.113.7'],
		['proxies alone', '10.0.0.1', ['10.0.0.3'], proxies, '10.0.0.3'],
		['no header behind a proxy', '10.0.0.1', [], proxies, '10.0.0.1'],
		['what is no address', '10.0.0.1', ['unknown'], proxies, null],
		['an address with a port', '10.0.0.1', ['203.0.113.7:1234'], proxies, null],
		['IPv4 written as IPv6', '::ffff:10.0.0.1', ['::ffff:203.0.113.7'], proxies, '203.0.113.7'],
	])('%s', (_case, remote, header, list, expected) => {
		expect(callerAddress(remote, header, list)).toBe(expected);
	});
});

test.each([
	['203.0.113.7', '203.0.113.7'],
	['::ffff:203.0.113.7', '203.0.113.7'],
	['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
	['2001:0DB8:0001:0002::ffff', '2001:db8:1:2::/64'],
	['2001:db8::1', '2001:db8:0:0::/64'],
	['::1', '0:0:0:0::/64'],
	['::', '0:0:0:0::/64'],
	['nonsense', 'unknown'],
])('88: %s is counted as %s', (address, caller) => expect(callerOf(address)).toBe(caller));
