import type { Answer } from '../ask';
import type { Fields, OutgoingRequest } from '../kind';
import { refusalOfKeys, STS_VERSION, stsUrl } from './sts';

/**
 * The test of the keys: GetCallerIdentity, the one request that every key may make.
 *
 * @returns the request and the fields that are other than in the credential for it; `null` when the
 *   keys are those of another server, and nobody knows who could be asked there
 */
export function questionAboutKeys(
	fields: Fields,
): { request: OutgoingRequest; fields: Fields } | null {
	const { stsEndpoint, endpoint, region = '' } = fields as Record<string, string | undefined>;
	if (!stsEndpoint && endpoint) return null;
	return {
		request: {
			url: stsUrl({ region, ...(stsEndpoint && { stsEndpoint }) }),
			method: 'POST',
			headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' },
			body: `Action=GetCallerIdentity&Version=${STS_VERSION}`,
		},
		fields: { service: 'sts' },
	};
}

interface Finding {
	readonly verdict: 'accepted' | 'refused' | 'undetermined';
	readonly message: string;
}

/** What STS answered, as a verdict and a sentence. */
export const judgeKeys =
	({ assumeRole }: Fields) =>
	(answer: Answer, atMs: number): Finding => {
		const { status } = answer;
		if (status === 200) {
			const what = assumeRole === true ? 'the keys, and they may assume the role' : 'the keys';
			return { verdict: 'accepted', message: `AWS accepted ${what}.` };
		}
		const refusal = refusalOfKeys(answer, atMs);
		if (refusal !== null) return { verdict: 'refused', message: refusal };
		if (status === 401 || status === 403) {
			const message = `AWS refused the keys (${status}). Check them, or create new ones.`;
			return { verdict: 'refused', message };
		}
		return {
			verdict: 'undetermined',
			message: `AWS STS answered ${status}. ${remedyFor(status)}`,
		};
	};

const remedyFor = (status: number): string =>
	status >= 500 || status === 429
		? 'Try again later.'
		: 'That says nothing about the keys: check Region and STS Endpoint.';
