import { createHash } from 'node:crypto';
import { isSealboxError, SealboxError } from '../../sealing/error';
import { adviceOn, askDirectly, type Answer } from '../ask';
import { trimmed } from '../fields';
import type { Circumstances } from '../kind';
import { endpointOf } from './endpoint';
import type { AwsFields } from './fields';
import { signatureHeaders, type SigningKeys } from './sigv4';
import { clockDifferenceMs, names, refusalOfKeys, STS_VERSION, stsUrl } from './sts';
import type { TemporaryKeys } from './temporaryKeys';

/** Assuming a role: STS takes a request signed with one pair of keys and answers with another. */

export const DEFAULT_SESSION_NAME = 'sealbox';
export const DEFAULT_DURATION_SECONDS = 3_600;

/** A hash of everything that the keys of a role depend on: with any other value they are others. */
export const identityOf = (fields: AwsFields): string =>
	createHash('sha256')
		.update(JSON.stringify([keysOf(fields), stsUrl(fields), parametersOf(fields)]))
		.digest('base64');

export const keysOf = (fields: AwsFields): SigningKeys => ({
	accessKeyId: trimmed(fields.accessKeyId),
	secretAccessKey: trimmed(fields.secretAccessKey),
	sessionToken: trimmed(fields.sessionToken ?? ''),
});

const parametersOf = (fields: AwsFields): [string, string][] => {
	const externalId = trimmed(fields.externalId ?? '');
	return [
		['Action', 'AssumeRole'],
		['Version', STS_VERSION],
		['RoleArn', trimmed(fields.roleArn ?? '')],
		['RoleSessionName', trimmed(fields.roleSessionName ?? '') || DEFAULT_SESSION_NAME],
		['DurationSeconds', String(durationOf(fields))],
		...(externalId === '' ? [] : [['ExternalId', externalId] as [string, string]]),
	];
};

const durationOf = ({ roleDuration }: AwsFields): number =>
	Number(roleDuration || DEFAULT_DURATION_SECONDS);

/**
 * Asks STS for keys of the role. The request goes to STS only, whatever the node's own request names.
 *
 * @throws {@link SealboxError} `ERR_CREDENTIAL_INVALID` when STS refuses, `ERR_UNREACHABLE` when it
 *   does not answer or has a problem of its own
 */
export async function assumeRole(
	fields: AwsFields,
	{ now, ask = askDirectly }: Circumstances,
): Promise<TemporaryKeys> {
	const request = await signedQuestion(fields, now());
	const answer = await ask(request).catch((error: unknown) => {
		if (isSealboxError(error)) throw error;
		throw unreachable(`AWS STS could not be reached to assume the role. ${adviceOn(error)}`);
	});
	const atMs = now();
	if (answer.status === 200) return keysIn(answer, atMs, durationOf(fields));
	throw refusalOf(answer, atMs);
}

async function signedQuestion(fields: AwsFields, atMs: number) {
	const url = new URL(stsUrl(fields));
	const body = new URLSearchParams(parametersOf(fields)).toString();
	const headers = {
		accept: 'application/json',
		'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
	};
	const { pathname: path, host, href } = url;
	const signable = { method: 'POST', host, path, query: [], headers, body };
	const region = endpointOf(url.hostname)?.region ?? trimmed(fields.region);
	const added = await signatureHeaders(signable, keysOf(fields), { service: 'sts', region, atMs });
	return { method: 'POST', url: href, headers: { ...headers, ...added }, body };
}

function keysIn(answer: Answer, atMs: number, durationSeconds: number): TemporaryKeys {
	const found = credentialsIn(answer.body ?? '');
	const keys = {
		accessKeyId: found('AccessKeyId'),
		secretAccessKey: found('SecretAccessKey'),
		sessionToken: found('SessionToken'),
	};
	if (Object.values(keys).includes('')) {
		throw refused('The answer to the request for the role holds no keys. Check STS Endpoint.');
	}
	const lifeMs = lifeOf(found('Expiration'), answer, atMs) ?? durationSeconds * 1_000;
	if (lifeMs > 0) return { ...keys, obtainedAtMs: atMs, expiresAtMs: atMs + lifeMs };
	throw refused(
		'AWS STS answered with keys that have expired already. Check the clock of this machine, and STS Endpoint.',
	);
}

/** Reads a field of the keys; JSON from AWS, XML from servers that stand in for it. */
function credentialsIn(body: string): (field: string) => string {
	const result = at(at(parsedOrNull(body), 'AssumeRoleResponse'), 'AssumeRoleResult');
	const json = at(result, 'Credentials');
	if (Object.keys(json).length > 0) return (field) => String(json[field] ?? '');
	return (field) => new RegExp(`<${field}>\\s*([^<\\s]+)\\s*</${field}>`).exec(body)?.[1] ?? '';
}

const at = (value: unknown, field: string): Record<string, unknown> =>
	((value as Record<string, unknown> | null | undefined)?.[field] ?? {}) as Record<string, unknown>;

/** `null` for what is no JSON. */
function parsedOrNull(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

/** A Date header has whole seconds, and the way takes time: a smaller difference is none. */
const CLOCKS_AGREE_MS = 5_000;

/** AWS writes a date, or in JSON seconds since the epoch, by its own clock; ours may differ. */
function lifeOf(expiration: string, { headers }: Answer, atMs: number): number | null {
	const seconds = Number(expiration || NaN);
	const expiresMs = Number.isNaN(seconds) ? Date.parse(expiration) : seconds * 1_000;
	if (Number.isNaN(expiresMs)) return null;
	const ahead = clockDifferenceMs(headers, atMs);
	return expiresMs - atMs - (Math.abs(ahead) > CLOCKS_AGREE_MS ? ahead : 0);
}

function refusalOf(answer: Answer, atMs: number): SealboxError {
	const { status, body = '' } = answer;
	if (status >= 500 || status === 429 || names(body, 'Throttling(?:Exception)?')) {
		return unreachable(`AWS STS answered ${status} to the request for the role. Try again later.`);
	}
	if (status < 400) {
		return refused('STS Endpoint answers with a redirect. Set it to the final address.');
	}
	const aboutKeys = refusalOfKeys(answer, atMs);
	if (aboutKeys !== null) return refused(aboutKeys);
	if (status === 403 || names(body, 'AccessDenied(?:Exception)?')) {
		return refused(
			'AWS refused to let these keys assume the role. Check Role ARN and External ID, and the trust policy of the role.',
		);
	}
	if (names(body, 'ValidationError')) {
		return refused(
			'AWS took a field of the role for wrong. Check Role ARN, External ID and Session Name, and whether the role allows sessions as long as Session Duration.',
		);
	}
	return refused(
		`AWS STS answered ${status} to the request for the role. Check Role ARN, Region and STS Endpoint.`,
	);
}

const refused = (sentence: string): SealboxError =>
	new SealboxError('ERR_CREDENTIAL_INVALID', `Sealbox AWS: ${sentence}`);

const unreachable = (sentence: string): SealboxError =>
	new SealboxError('ERR_UNREACHABLE', `Sealbox AWS: ${sentence}`);
