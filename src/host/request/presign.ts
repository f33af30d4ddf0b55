import type { IExecuteFunctions } from 'n8n-workflow';
import type { HttpRequest } from '../../http/message';
import { canPresign, presignRequest, type Presigned } from '../../kinds';
import { SealboxError } from '../../sealing/error';
import { askThroughHost } from './ask';
import type { Credential } from './credential';

/** What is wanted of a presigned URL. */
export interface PresignRules {
	/** How long it is good for, in seconds. */
	readonly expiresInSeconds: number;
	/** Whether the workflow may have it in clear. */
	readonly reveals: boolean;
}

/**
 * The request as a URL for somebody else to use. Nothing is sent.
 *
 * @throws {@link SealboxError} `ERR_REVEAL_REFUSED` unless revealing was asked for, and what keeps the
 *   request from being signed
 */
export async function presignedUrl(
	context: IExecuteFunctions,
	credential: Credential | null,
	{ method, url, headers, content }: HttpRequest,
	{ expiresInSeconds, reveals }: PresignRules,
): Promise<Presigned> {
	if (credential === null || !canPresign(credential.type.name)) {
		throw invalid(
			'Presigned URL needs a Sealbox AWS credential. Choose one under Authentication, or take the option out.',
		);
	}
	if (!reveals) {
		throw new SealboxError(
			'ERR_REVEAL_REFUSED',
			'A presigned URL is a secret: whoever holds it can make this request until it expires, and it goes into the items in clear. Turn on Reveal URL in the Presigned URL option if that is what you want.',
		);
	}
	if (content !== undefined) {
		throw invalid(
			'A presigned URL carries no body: whoever uses it sends one. Turn off Send Body.',
		);
	}
	const circumstances = { now: Date.now, ask: askThroughHost(context) };
	const request = { method, url: url.href, headers: { ...headers } };
	const { type, data } = credential;
	return await presignRequest(type.name, data, request, expiresInSeconds, circumstances);
}

const invalid = (sentence: string) => new SealboxError('ERR_REQUEST_INVALID', sentence);
