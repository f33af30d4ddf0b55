import { createHmac } from 'node:crypto';
import { valueAt } from '../http/jsonPath';
import { isSameText } from './algorithm';
import { pinned, pinnedAddress, regionOf } from './certificate';
import { contextOf, type VerifyOptions } from './context';
import { secretsIn, type SecretInput } from './key';
import { demand, type Reason } from './refusal';
import { Incoming, type WebhookRequest } from './request';
import type { Handshake } from './handshakeScheme';
import type { Scheme, WebhookScheme } from './scheme';
import { attempt, resolveScheme, verifyBy } from './verify';

/** What a sender wants to hear before it sends anything. No workflow runs for it. */
export interface HandshakeAnswer {
	readonly status: 200 | 204;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
	/** To be fetched, without following redirects, before the answer is given. */
	readonly visit?: URL;
	/** To be kept as the secret of all later requests, unless there is one by then; secret. */
	readonly newSecret?: string;
}

export type HandshakeOutcome =
	| { readonly ok: true; readonly answer: HandshakeAnswer }
	| { readonly ok: false; readonly reason: Reason };

/**
 * The answer to a handshake of this scheme; `null` when the request is none and has to be verified.
 *
 * A handshake whose answer depends on a secret is answered only to whoever signed the request. One that
 * would set the secret is refused while there is one.
 *
 * @param options - as for `verifyWebhook`; `settings.verifyToken` where the scheme asks for a token
 */
export function answerHandshake(
	request: WebhookRequest,
	scheme: string | WebhookScheme,
	secrets: readonly SecretInput[],
	options: VerifyOptions = {},
): HandshakeOutcome | null {
	return attempt(() => {
		const resolved = resolveScheme(scheme);
		const incoming = new Incoming(request);
		const handshake = resolved.handshakes.find(({ when }) => isMeant(incoming, when));
		if (handshake === undefined) return null;
		const settings = options.settings ?? {};
		demandToken(incoming, handshake, settings.verifyToken);
		const used = handshake.isSigned ? signerOf(incoming, resolved, secrets, options) : undefined;
		return { ok: true, answer: answerOf(incoming, handshake, used, secrets) };
	});
}

function isMeant(incoming: Incoming, when: Handshake['when']): boolean {
	const { method, query, header, headerIs, body } = when;
	if (method !== undefined && incoming.method !== method) return false;
	if (!query.every((name) => incoming.query(name).length > 0)) return false;
	if (header !== undefined) {
		const [value] = incoming.lines(header);
		if (value === undefined) return false;
		if (headerIs !== undefined && value.toLowerCase() !== headerIs.toLowerCase()) return false;
	}
	return body === undefined || valueAt(jsonOrUndefined(incoming), body.path) === body.is;
}

function jsonOrUndefined(incoming: Incoming): unknown {
	try {
		return incoming.json();
	} catch {
		return undefined;
	}
}

function demandToken(incoming: Incoming, { tokenInQuery }: Handshake, token?: string): void {
	if (tokenInQuery === undefined) return;
	demand(token !== undefined && token.trim() !== '', 'no_secret');
	demand(isSameText(only(incoming, tokenInQuery), token), 'bad_signature');
}

function only(incoming: Incoming, name: string): string {
	const values = incoming.query(name);
	demand(values.length === 1, values.length === 0 ? 'missing_field' : 'duplicate_field');
	return values[0] as string;
}

/** The secret with which the request is signed. */
function signerOf(
	incoming: Incoming,
	scheme: Scheme,
	secrets: readonly SecretInput[],
	options: VerifyOptions,
): string | undefined {
	pinnedAddress(incoming, scheme);
	const named = secretsIn(secrets);
	return named[verifyBy(scheme, incoming, named, contextOf(options)).secret]?.secret;
}

/** Never as HTML: what is echoed comes from anybody. */
const text = (body: string): HandshakeAnswer => ({
	status: 200,
	headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
	body,
});

const LONGEST_ECHO = 4096;

function echoed(value: string): string {
	demand(value !== '' && value.length <= LONGEST_ECHO, 'missing_field');
	return value;
}

function answerOf(
	incoming: Incoming,
	{ answer }: Handshake,
	used: string | undefined,
	secrets: readonly SecretInput[],
): HandshakeAnswer {
	if ('status' in answer) return { status: answer.status, headers: {}, body: '' };
	if ('echoQuery' in answer) return text(echoed(only(incoming, answer.echoQuery)));
	if ('echoHeaderAsSecret' in answer) {
		demand(secrets.length === 0, 'bad_signature');
		const value = echoed(incoming.needHeader(answer.echoHeaderAsSecret));
		demand(/^[\x21-\x7e]+$/.test(value), 'bad_signature');
		const headers = { [answer.echoHeaderAsSecret]: value };
		return { status: 200, headers, body: '', newSecret: value };
	}
	if ('visit' in answer) {
		const address = echoed(incoming.field(answer.visit) ?? '');
		const hosts = ['sns.{region}.amazonaws.com', 'sns.{region}.amazonaws.com.cn'];
		return { ...text(''), visit: pinned(address, hosts, '/', regionOf(incoming)) };
	}
	const fields = Object.entries(answer.json).map(([name, value]) => {
		if ('value' in value) return [name, value.value] as const;
		const field = echoed(incoming.field('echo' in value ? value.echo : value.mac) ?? '');
		if ('echo' in value) return [name, field] as const;
		demand(used !== undefined, 'no_secret');
		return [name, createHmac('sha256', used).update(field).digest('hex')] as const;
	});
	const headers = { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' };
	return { status: 200, headers, body: JSON.stringify(Object.fromEntries(fields)) };
}
