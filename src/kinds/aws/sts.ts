import type { Answer } from '../ask';
import { trimmed } from '../fields';
import { joined } from '../outgoing';

/** AWS Security Token Service: where it is, and what its refusals mean. API reference, 2011-06-15. */

export const STS_VERSION = '2011-06-15';

/** The address that STS questions go to, with a slash at its end. */
export const stsUrl = ({ region, stsEndpoint }: { region: string; stsEndpoint?: string }): string =>
	joined(trimmed(stsEndpoint ?? '') || ofRegion(trimmed(region)), '/');

const ofRegion = (region: string): string => `https://sts.${region}.${suffixOf(region)}`;

function suffixOf(region: string): string {
	if (region.startsWith('cn-')) return 'amazonaws.com.cn';
	return region.startsWith('eusc-') ? 'amazonaws.eu' : 'amazonaws.com';
}

/** What the known error codes say about the keys that signed. */
const ABOUT_KEYS: Readonly<Record<string, string>> = {
	InvalidClientTokenId:
		'AWS does not know the Access Key ID, or the Session Token is wrong. Check both.',
	SignatureDoesNotMatch:
		'The Secret Access Key does not belong to the Access Key ID. Paste it again.',
	ExpiredToken: 'The Session Token has expired. Fetch new temporary keys.',
	ExpiredTokenException: 'The Session Token has expired. Fetch new temporary keys.',
	RegionDisabledException: 'The region is not enabled for STS. Choose another one.',
};

/** What an answer says about the keys, as a sentence; `null` when it says nothing about them. */
export function refusalOfKeys(answer: Answer, atMs: number): string | null {
	const { status, headers, body = '' } = answer;
	if (status < 400 || status >= 500) return null;
	const minutesOff = Math.round(Math.abs(clockDifferenceMs(headers, atMs)) / 60_000);
	if (minutesOff > 5) {
		return `The clock of this machine differs from that of AWS by ${minutesOff} minutes. Set it right.`;
	}
	const code = Object.keys(ABOUT_KEYS).find((known) => names(body, known));
	return code === undefined ? null : (ABOUT_KEYS[code] as string);
}

/** Whether an error answer, JSON or XML, names a code. */
export const names = (body: string, code: string): boolean =>
	new RegExp(`\\b${code}\\b`).test(body);

/** How far the clock of the service is ahead of ours, by the Date header of its answer; 0 without one. */
export function clockDifferenceMs(headers: Answer['headers'], atMs: number): number {
	const date = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'date')?.[1];
	const theirs = Date.parse(String(date ?? ''));
	return Number.isNaN(theirs) ? 0 : theirs - atMs;
}
