import { isSealboxError } from '../sealing/error';
import { applyCredential } from './apply';
import { adviceOn, type Answer, type Send } from './ask';
import { judgeKeys, questionAboutKeys } from './aws/callerIdentity';
import {
	type Circumstances,
	checkFields,
	type Clock,
	type Fields,
	type Kind,
	type OutgoingRequest,
} from './kind';
import { joined } from './outgoing';
import { kindOfType } from './registry';

/**
 * Tries a credential on its service and says what came of it, in a sentence.
 *
 * A verdict is made from the status of the answer, and from known error codes; nothing that the
 * service wrote is repeated, and no value of the credential.
 */

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
	more: Partial<Circumstances> = {},
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
		kind.forget?.(checked);
		const circumstances = { ...more, now, ask: send };
		const { request } = await applyCredential(credentialType, own, question.request, circumstances);
		return question.judge(await send(request), now());
	} catch (error) {
		if (!isSealboxError(error)) return fromFault(error);
		return found(error.code === 'ERR_UNREACHABLE' ? 'undetermined' : 'refused', error.message);
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
	kind.auth === 'aws-sigv4' ? keysQuestion(fields) : serviceQuestion(fields);

function keysQuestion(fields: Fields): Question | Finding {
	const question = questionAboutKeys(fields);
	if (question !== null) return { ...question, judge: judgeKeys(fields) };
	return found(
		'accepted',
		'The fields look right. Set an STS Endpoint to try the keys, if the server has one.',
	);
}

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

const fromFault = (error: unknown): Finding =>
	found('undetermined', `The service could not be reached. ${adviceOn(error)}`);
