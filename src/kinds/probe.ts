import { isSealboxError } from '../sealing/error';
import { applyCredential } from './apply';
import { checkFields, type Clock, type Fields, type Kind, type OutgoingRequest } from './kind';
import { joined } from './outgoing';
import { kindOfType } from './registry';

/**
 * Tries a credential on its service and says what came of it, in a sentence.
 *
 * A verdict is made from the status of the answer, and from known error codes; nothing that the
 * service wrote is repeated, and no value of the credential.
 */

/** What a service answered. `body` is looked at for known error codes and goes no further. */
export interface Answer {
	readonly status: number;
	readonly headers?: Readonly<Record<string, unknown>> | undefined;
	readonly body?: string | undefined;
}

/**
 * Sends one request: without following redirects, without throwing because of the status, with a time
 * limit. It rejects when there is no answer; `code` of the error then says why, as Node.js names it.
 */
export type Send = (request: OutgoingRequest) => Promise<Answer>;

export type Verdict =
	/** The service took the credential, or there is nothing to ask and the fields are right. */
	| 'accepted'
	/** The fields are wrong, or the service turned the credential away. */
	| 'refused'
	/** Nobody can tell: no answer, or one that says nothing about the credential. */
	| 'undetermined';

export interface Finding {
	readonly verdict: Verdict;
	readonly message: string;
}

const found = (verdict: Verdict, message: string): Finding => ({ verdict, message });

/** Tests the fields of a Sealbox credential. Never rejects. */
export async function probe(
	credentialType: string,
	fields: Fields,
	send: Send,
	now: Clock,
): Promise<Finding> {
	const kind = kindOfType(credentialType);
	if (kind?.authenticate === undefined) {
		return found('undetermined', 'There is no test for this type of credential.');
	}
	const { fields: checked, errors } = checkFields(kind, fields);
	if (checked === null) return found('refused', errors.map(({ message }) => message).join(' '));
	const question = questionFor(kind, checked);
	if ('verdict' in question) return question;
	try {
		const own = { ...withoutBan(fields), ...question.fields };
		const { request } = await applyCredential(credentialType, own, question.request, { now });
		return question.judge(await send(request), now());
	} catch (error) {
		return isSealboxError(error) ? found('refused', error.message) : fromFault(error);
	}
}

/** The mode `none` keeps a credential out of nodes that choose their URL; its own test is not one. */
const withoutBan = (fields: Fields): Fields =>
	fields.allowedHttpRequestDomains === 'none'
		? { ...fields, allowedHttpRequestDomains: 'all' }
		: fields;

interface Question {
	readonly request: OutgoingRequest;
	/** Fields that are other than in the credential for this request. */
	readonly fields?: Fields;
	judge(answer: Answer, atMs: number): Finding;
}

const questionFor = (kind: Kind, fields: Fields): Question | Finding =>
	kind.auth === 'aws-sigv4' ? stsQuestion(fields) : serviceQuestion(fields);

function serviceQuestion(fields: Fields): Question | Finding {
	const { baseUrl, testPath = '' } = fields as { baseUrl?: string; testPath?: string };
	if (!baseUrl) {
		return found(
			'accepted',
			'The fields look right. Set a Base URL and a Test Path to try them on the service.',
		);
	}
	return {
		request: { url: joined(baseUrl.trim(), testPath.trim()), ...methodFor(fields) },
		judge: ({ status }) => fromStatus(status, testPath !== ''),
	};
}

/** A key that belongs into a body needs a request that has one. */
function methodFor(fields: Fields): OutgoingRequest {
	const { location, moreKeys } = fields as {
		location?: string;
		moreKeys?: { keys?: { location?: string }[] };
	};
	const places = [location, ...(moreKeys?.keys ?? []).map((key) => key.location)];
	if (!places.includes('body')) return { method: 'GET', headers: {} };
	return { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' };
}

function fromStatus(status: number, hasPath: boolean): Finding {
	if (status >= 200 && status < 300) {
		return hasPath
			? found('accepted', 'The service accepted the credential.')
			: found('accepted', 'The service answered. Set a Test Path that needs a login to be sure.');
	}
	if (status === 401) {
		return found(
			'refused',
			'The service refused the credential (401). Check it, or create a new one.',
		);
	}
	if (status === 403) {
		return found(
			'refused',
			'The service refused access (403). Check the credential, and whether it may read the Test Path.',
		);
	}
	return found('undetermined', `The service answered ${status}. ${remedyFor(status, hasPath)}`);
}

function remedyFor(status: number, hasPath: boolean): string {
	if (status < 400) {
		return 'Redirects are not followed: set Base URL and Test Path to the final address.';
	}
	if (status === 429) return 'It wants fewer requests: try again later.';
	if (status >= 500) return 'It has a problem of its own: try again later.';
	return hasPath
		? 'That says nothing about the credential: set another Test Path.'
		: 'That says nothing about the credential: set a Test Path that answers to GET.';
}

/** Codes of Node.js for what can go wrong before an answer. */
const FAULTS: Readonly<Record<string, string>> = {
	ENOTFOUND: 'Its host name is not known. Check the address for typing errors.',
	EAI_AGAIN: 'Its host name could not be looked up. Check the network of n8n.',
	ECONNREFUSED: 'Nothing answers at its address and port. Check both, and that it runs.',
	ECONNRESET: 'It closed the connection. Check whether it expects https:// or http://.',
	EHOSTUNREACH: 'There is no way to its address from n8n. Check the network.',
	ENETUNREACH: 'There is no way to its address from n8n. Check the network.',
	ECONNABORTED: 'It did not answer in time. Try again later.',
	ETIMEDOUT: 'It did not answer in time. Try again later.',
	ESOCKETTIMEDOUT: 'It did not answer in time. Try again later.',
	EPROTO: 'It does not speak TLS there. Check whether it expects https:// or http://.',
	CERT_HAS_EXPIRED: 'Its certificate has expired. Tell those who run it.',
	DEPTH_ZERO_SELF_SIGNED_CERT: 'Its certificate is self-signed. Make n8n trust it.',
	SELF_SIGNED_CERT_IN_CHAIN: 'Its certificate is self-signed. Make n8n trust it.',
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'Its certificate is not trusted. Make n8n trust its issuer.',
	ERR_TLS_CERT_ALTNAME_INVALID: 'Its certificate belongs to another name. Check the address.',
};

function fromFault(error: unknown): Finding {
	const advice = FAULTS[codeOf(error)] ?? 'Check the address, and the network of n8n.';
	return found('undetermined', `The service could not be reached. ${advice}`);
}

/** The known code of an error or of what caused it; empty when there is none. */
function codeOf(error: unknown): string {
	const { code, cause } = (error ?? {}) as { code?: unknown; cause?: { code?: unknown } };
	const isKnown = (one: unknown) => typeof one === 'string' && Object.hasOwn(FAULTS, one);
	return String([code, cause?.code].find(isKnown) ?? '');
}

/** GetCallerIdentity: the one request that every key may make. AWS STS API reference, 2011-06-15. */
function stsQuestion(fields: Fields): Question | Finding {
	const { stsEndpoint, endpoint, region = '' } = fields as Record<string, string | undefined>;
	if (!stsEndpoint && endpoint) {
		return found(
			'accepted',
			'The fields look right. Set an STS Endpoint to try the keys, if the server has one.',
		);
	}
	return {
		request: {
			url: joined(stsEndpoint || stsUrl(region.trim()), '/'),
			method: 'POST',
			headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' },
			body: 'Action=GetCallerIdentity&Version=2011-06-15',
		},
		fields: { service: 'sts' },
		judge: fromSts,
	};
}

const stsUrl = (region: string): string =>
	`https://sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;

const STS_REFUSALS: Readonly<Record<string, string>> = {
	InvalidClientTokenId:
		'AWS does not know the Access Key ID, or the Session Token is wrong. Check both.',
	SignatureDoesNotMatch:
		'The Secret Access Key does not belong to the Access Key ID. Paste it again.',
	ExpiredToken: 'The Session Token has expired. Fetch new temporary keys.',
	ExpiredTokenException: 'The Session Token has expired. Fetch new temporary keys.',
	RegionDisabledException: 'The region is not enabled for STS. Choose another one.',
};

function fromSts({ status, headers, body = '' }: Answer, atMs: number): Finding {
	if (status === 200) return found('accepted', 'AWS accepted the keys.');
	const minutesOff = clockDifference(headers, atMs);
	if (status >= 400 && status < 500 && minutesOff > 5) {
		return found(
			'refused',
			`The clock of this machine differs from that of AWS by ${minutesOff} minutes. Set it right.`,
		);
	}
	const code = Object.keys(STS_REFUSALS).find((known) => new RegExp(`\\b${known}\\b`).test(body));
	if (code !== undefined) return found('refused', STS_REFUSALS[code] as string);
	if (status === 401 || status === 403) {
		return found('refused', `AWS refused the keys (${status}). Check them, or create new ones.`);
	}
	return found('undetermined', `AWS STS answered ${status}. ${remedyForSts(status)}`);
}

const remedyForSts = (status: number): string =>
	status >= 500 || status === 429
		? 'Try again later.'
		: 'That says nothing about the keys: check Region and STS Endpoint.';

/** Whole minutes between our clock and the Date header of an answer; 0 without one. */
function clockDifference(headers: Answer['headers'], atMs: number): number {
	const date = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'date')?.[1];
	const theirs = Date.parse(String(date ?? ''));
	return Number.isNaN(theirs) ? 0 : Math.round(Math.abs(theirs - atMs) / 60_000);
}
