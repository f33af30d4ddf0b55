import { randomBytes } from 'node:crypto';
import type { Key } from './verify';

/** A stand-in for AWS STS, which hands out keys that its own verifier then knows. */

export interface Role {
	arn: string;
	externalId?: string;
	/** Who may assume it. */
	trusts: string;
	/** How long its keys last, whatever was asked for. Without it, as long as was asked for. */
	lifeSeconds?: number;
}

export interface StsAnswer {
	status: number;
	body: object;
}

const fault = (status: number, code: string): StsAnswer => ({
	status,
	body: { Error: { Code: code, Message: `${code}: as told by the service`, Type: 'Sender' } },
});

/** Answers the form of a request whose signature is good. */
export function answerSts(
	form: URLSearchParams,
	caller: string,
	roles: readonly Role[],
	issue: (accessKeyId: string, key: Key) => void,
	nowMs: number,
): StsAnswer {
	if (form.get('Version') !== '2011-06-15') return fault(400, 'ValidationError');
	if (form.get('Action') === 'GetCallerIdentity') {
		const result = { Account: '123456789012', Arn: `arn:aws:iam::123456789012:user/${caller}` };
		return {
			status: 200,
			body: { GetCallerIdentityResponse: { GetCallerIdentityResult: result } },
		};
	}
	const role = roles.find(({ arn }) => arn === form.get('RoleArn'));
	const asked = Number(form.get('DurationSeconds') ?? 3_600);
	if (!/^[\w+=,.@-]{2,64}$/.test(form.get('RoleSessionName') ?? '') || !(asked >= 900)) {
		return fault(400, 'ValidationError');
	}
	const isAllowed = role?.trusts === caller && (role.externalId ?? null) === form.get('ExternalId');
	if (role === undefined || !isAllowed) return fault(403, 'AccessDenied');
	const accessKeyId = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
	const key = {
		secretAccessKey: `s+/${randomBytes(27).toString('base64')}`,
		sessionToken: `Fwo/+${randomBytes(120).toString('base64')}==`,
		expiresAtMs: nowMs + (role.lifeSeconds ?? asked) * 1_000,
	};
	issue(accessKeyId, key);
	const credentials = {
		AccessKeyId: accessKeyId,
		SecretAccessKey: key.secretAccessKey,
		SessionToken: key.sessionToken,
		Expiration: new Date(key.expiresAtMs).toISOString(),
	};
	return {
		status: 200,
		body: { AssumeRoleResponse: { AssumeRoleResult: { Credentials: credentials } } },
	};
}
