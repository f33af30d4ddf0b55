import { BlockList, isIP } from 'node:net';

/** Addresses and ranges from which requests are let in, or through which they are passed on. */
export interface AddressList {
	has(address: string): boolean;
}

/**
 * Reads addresses and ranges in CIDR form.
 *
 * A rule that is not wholly one is a problem, so that no rule means less, or more, than it says.
 *
 * @param rules - such as `203.0.113.7`, `10.0.0.0/8`, `2001:db8::/32`
 */
export function readAddresses(
	rules: readonly string[],
): { list: AddressList } | { problems: string[] } {
	const list = new BlockList();
	const problems: string[] = [];
	for (const rule of rules) {
		const read = ruleOrNull(rule.trim());
		if (read === null) {
			problems.push(
				`${shown(rule)} is neither an address nor a range. Write 203.0.113.7, 10.0.0.0/8 or 2001:db8::/32.`,
			);
			continue;
		}
		list.addSubnet(read.address, read.bits, read.family);
	}
	if (problems.length > 0) return { problems };
	return { list: { has: (address) => isIn(list, address) } };
}

interface Rule {
	readonly address: string;
	readonly bits: number;
	readonly family: 'ipv4' | 'ipv6';
}

function ruleOrNull(text: string): Rule | null {
	const [, address = '', prefix] = /^([0-9a-f.:]+)(?:\/(0|[1-9]\d{0,2}))?$/i.exec(text) ?? [];
	const version = isIP(address);
	if (version === 0) return null;
	const longest = version === 4 ? 32 : 128;
	const bits = prefix === undefined ? longest : Number(prefix);
	return bits > longest ? null : { address, bits, family: `ipv${version as 4 | 6}` };
}

/** Part of a message: a pasted secret must not become one. */
const shown = (rule: string): string =>
	/^[0-9a-f.:/%]{1,60}$/i.test(rule) ? `"${rule}"` : 'An entry of the list';

function isIn(list: BlockList, address: string): boolean {
	const plain = plainAddress(address);
	const version = plain === null ? 0 : isIP(plain);
	return plain !== null && version !== 0 && list.check(plain, `ipv${version as 4 | 6}`);
}

/** An IPv4 address as such where it is written as IPv6, as listeners for both report it; `null` for no address. */
export function plainAddress(address: string): string | null {
	const text = address.trim();
	const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(text)?.[1];
	const plain = mapped ?? text;
	return isIP(plain) === 0 || plain.includes('%') ? null : plain;
}

/**
 * The one address that counts: the connection's own, or, where that is one of our proxies, the last one in
 * `X-Forwarded-For` that is not. Everything to the left of it is only what somebody wrote.
 *
 * @param remote - of the connection; `null` is given back when it, or what a proxy says, is no address
 * @param forwardedFor - the lines of `X-Forwarded-For`; no other header is looked at
 */
export function callerAddress(
	remote: string,
	forwardedFor: readonly string[],
	proxies: AddressList | null,
): string | null {
	const hops = forwardedFor.flatMap((line) => line.split(',')).reverse();
	let address = plainAddress(remote);
	for (const hop of hops) {
		if (address === null || proxies?.has(address) !== true) return address;
		address = plainAddress(hop);
	}
	return address;
}

/** What is counted as one caller: an IPv4 address, or the /64 that one customer of IPv6 has. */
export function callerOf(address: string): string {
	const plain = plainAddress(address) ?? 'unknown';
	if (isIP(plain) !== 6) return plain;
	const [head = '', tail] = plain.toLowerCase().split('::');
	const left = head === '' ? [] : head.split(':');
	const right = tail === undefined || tail === '' ? [] : tail.split(':');
	const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
	const groups = [...left, ...Array<string>(zeros).fill('0'), ...right];
	const network = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
	return `${network.join(':')}::/64`;
}
