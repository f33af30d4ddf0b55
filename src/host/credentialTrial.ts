import type { ICredentialDataDecryptedObject, IExecuteFunctions } from 'n8n-workflow';
import { discard } from '../http/message';
import { assertDestination, destinationOf } from '../kinds';
import { isExpression } from '../kinds/pasted';
import { SealboxError } from '../sealing/error';
import { credentialOf, type CredentialType } from './request/credential';
import { createSend } from './request/send';

const TIMEOUT_MS = 10_000;

/**
 * Asks a service for a page with a credential that is not stored yet. The credential has to say itself
 * that it may be sent there: whoever may rotate a credential is not by that allowed to send it anywhere.
 *
 * @param data - all fields, the new values among them; secret
 * @throws SealboxError `ERR_ROTATION_REFUSED` unless the service takes it; `ERR_DESTINATION_REFUSED`
 */
export async function tryCredential(
	context: IExecuteFunctions,
	type: CredentialType,
	data: Readonly<Record<string, unknown>>,
	url: string,
): Promise<void> {
	const fields = data as ICredentialDataDecryptedObject;
	if (Object.values(fields).some(isExpression)) {
		throw refused(
			'it holds an expression, which only a run can resolve. Take out Try First at URL',
		);
	}
	if (destinationOf(fields, type.name).limit.kind === 'any') {
		throw refused(
			'it does not say where it may be sent. Set Allowed HTTP Request Domains in the credential to Specific Domains, or take out Try First at URL',
		);
	}
	const target = assertDestination(fields, { url }, type.name);
	const credential = credentialOf(context, type, fields);
	const rules = { timeoutMs: TIMEOUT_MS, ignoreTls: false };
	const send = createSend({ context, credential, rules, onSecret: () => undefined });
	const request = { method: 'GET', url: target, headers: {} };
	const response = await send(request, { authenticated: true }).catch(notReached);
	discard(response);
	const { status } = response;
	if (status >= 200 && status < 300) return;
	throw status === 401 || status === 403
		? refused(`the service refused the new value (${status}). Get another one`)
		: refused(
				`the service answered ${status}, which proves nothing. Choose a URL that answers only to those who are let in`,
			);
}

function notReached(error: unknown): never {
	if (error instanceof SealboxError) throw error;
	throw refused('the service did not answer. Check the URL, and try again later');
}

const refused = (why: string): SealboxError =>
	new SealboxError(
		'ERR_ROTATION_REFUSED',
		`The credential was not rotated. Tried first, ${why}. Nothing was changed.`,
	);
