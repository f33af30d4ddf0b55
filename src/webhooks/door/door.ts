import { callerAddress, callerOf } from '../addresses';
import { answerHandshake, type HandshakeAnswer } from '../handshake';
import type { Ticket } from '../idempotency';
import { verifyJwt } from '../jwt';
import { namedSecret } from '../key';
import { retryAfter } from '../limit';
import { demand, Refusal, statusOf, type Reason } from '../refusal';
import { isFirst, replayMs } from '../replay';
import { Incoming, type WebhookRequest } from '../request';
import { verifyWebhook } from '../verify';
import { isWantedType, typeOf } from './contentType';
import { toleranceOf } from './ofScheme';
import type { Arrival, Cause, DoorPorts, DoorSettings, Proof, Refused } from './settings';

/** What was proved about a request. */
export interface Proved {
	readonly id?: string;
	/** Seconds since 1970. */
	readonly timestamp?: number;
	/** The name of the secret or the id of the key, where it has one. */
	readonly keyName?: string;
	/** Of a token. */
	readonly claims?: Readonly<Record<string, unknown>>;
}

export type Admittance =
	| {
			readonly kind: 'run';
			readonly proved: Proved;
			readonly address: string;
			/** To be handed back once the workflow has started. */
			readonly ticket?: Ticket;
	  }
	| { readonly kind: 'handshake'; readonly answer: HandshakeAnswer }
	| { readonly kind: 'duplicate'; readonly answer: string | null }
	| Refused;

/** Whoever was proved, for limits and deliveries: `none` is everybody. */
interface Sender extends Proved {
	readonly sender: string;
	readonly replayKeys: readonly string[];
	/** Says which token it was, and not which delivery. */
	readonly isTokenId?: true;
}

/**
 * Decides about a request before any workflow starts.
 *
 * 1. Address, the caller's rate, size, content type: cheap, and without a secret.
 * 2. The certificate, where the request names one.
 * 3. Handshakes, then the proof of who sends.
 * 4. The sender's rate, then that of all together: a flood under one key leaves the others their share.
 * 5. Copies and repeated deliveries; nothing that was refused before is remembered.
 *
 * Never throws: what was not foreseen is refused. Every refusal goes on record, once.
 */
export async function admit(
	arrival: Arrival,
	settings: DoorSettings,
	ports: DoorPorts,
): Promise<Admittance> {
	const address = addressOf(arrival, settings);
	const outcome = await decide(arrival, address, settings, ports).catch((error: unknown) =>
		isUnavailable(error)
			? refusal(503, 'store_unavailable', address)
			: refusal(500, 'internal_error', address),
	);
	if (outcome.kind === 'refuse') ports.record(outcome);
	return outcome;
}

const isUnavailable = (error: unknown): boolean =>
	(error as { code?: unknown } | null)?.code === 'ERR_STATE_UNAVAILABLE';

/** Key sets are not asked for more often. */
const UNAVAILABLE_MS = 30_000;

const refusal = (
	status: Refused['status'],
	cause: Cause,
	address: string | null,
	headers: Refused['headers'] = {},
): Refused => ({
	kind: 'refuse',
	status,
	cause,
	headers: status === 503 ? { 'retry-after': retryAfter(UNAVAILABLE_MS) } : headers,
	address,
});

function addressOf({ remoteAddress, headers }: Arrival, { proxies }: DoorSettings): string | null {
	const lines = Object.entries(headers)
		.filter(([name]) => name.toLowerCase() === 'x-forwarded-for')
		.flatMap(([, value]) => value ?? []);
	return callerAddress(remoteAddress, lines, proxies ?? null);
}

async function decide(
	arrival: Arrival,
	address: string | null,
	given: DoorSettings,
	ports: DoorPorts,
): Promise<Admittance> {
	if (address === null || given.allowed?.has(address) === false) {
		return refusal(403, 'address_refused', address);
	}
	const wait = (await ports.callers?.take(callerOf(address))) ?? 0;
	if (wait > 0) return limited(wait, address);
	const shape = refusalOfShape(arrival, given, address);
	if (shape !== null) return shape;

	const certified = await certifiedOrNull(given.proof);
	if (certified === null) return refusal(503, 'keys_unavailable', address);
	const settings = { ...given, proof: certified };
	const request = { ...arrival, rawBody: arrival.rawBody ?? new Uint8Array() };
	const handshake = handshakeOf(request, settings, ports);
	if (handshake?.ok === true) return { kind: 'handshake', answer: handshake.answer };
	if (handshake?.ok === false) {
		return refusal(statusOf(handshake.reason), handshake.reason, address);
	}
	const proof = await prove(request, settings, ports);
	if (typeof proof === 'string') return refusal(statusOf(proof), proof, address);
	const id = idOf(request, settings, proof);
	if (typeof id === 'string') return refusal(statusOf(id), id, address);

	const laterWait =
		((await ports.keys?.take(proof.sender)) ?? 0) || ((await ports.requests?.take('all')) ?? 0);
	if (laterWait > 0) return limited(laterWait, address);
	return await onlyOnce(request, address, { ...proof, ...id }, settings, ports);
}

const limited = (waitMs: number, address: string): Refused =>
	refusal(429, 'rate_limited', address, { 'retry-after': retryAfter(waitMs) });

function refusalOfShape(
	{ rawBody, headers }: Arrival,
	{ largestBodyBytes, contentTypes }: DoorSettings,
	address: string,
): Refused | null {
	if (rawBody !== null && rawBody.length > largestBodyBytes) {
		return refusal(413, 'too_large', address);
	}
	const type = typeOf(headers);
	if (!isWantedType(type, contentTypes)) return refusal(415, 'content_type_refused', address);
	// Whoever took it apart has not said how large it was, and its bytes prove nothing any more.
	return rawBody === null ? refusal(415, 'no_raw_body', address) : null;
}

/** `null` while the certificate cannot be had. */
async function certifiedOrNull(proof: Proof): Promise<Proof | null> {
	if (proof.kind !== 'scheme' || proof.certificate === undefined) return proof;
	const pem = await proof.certificate().catch(() => null);
	return pem === null ? null : { ...proof, secrets: [pem] };
}

function handshakeOf(request: WebhookRequest, { proof }: DoorSettings, { now }: DoorPorts) {
	if (proof.kind !== 'scheme') return null;
	const { scheme, secrets, toleranceSeconds, settings } = proof;
	const options = {
		now,
		...(toleranceSeconds === undefined ? {} : { toleranceSeconds }),
		...(settings === undefined ? {} : { settings }),
	};
	return answerHandshake(request, scheme, secrets, options);
}

async function prove(
	request: WebhookRequest,
	{ proof }: DoorSettings,
	{ now }: DoorPorts,
): Promise<Sender | Reason> {
	if (proof.kind === 'none') return { sender: 'none', replayKeys: [] };
	if (proof.kind === 'jwt') {
		const result = await verifyJwt(request, { ...proof.settings, now });
		if (!result.ok) return result.reason;
		const { claims, id, subject, keyId } = result;
		return {
			claims,
			...(id === undefined ? {} : { id }),
			...(keyId === undefined ? {} : { keyName: keyId }),
			isTokenId: true,
			sender: `subject ${subject ?? ''}`,
			// A token is good for many requests until it expires.
			replayKeys: [],
		};
	}
	const { scheme, secrets, toleranceSeconds, settings } = proof;
	const result = verifyWebhook(request, scheme, secrets, {
		now,
		...(toleranceSeconds === undefined ? {} : { toleranceSeconds }),
		...(settings === undefined ? {} : { settings }),
	});
	if (!result.ok) return result.reason;
	const used = secrets[result.secret];
	const name = used === undefined ? undefined : namedSecret(used).name;
	const { id, timestamp, replayKeys } = result;
	return {
		...(id === undefined ? {} : { id }),
		...(timestamp === undefined ? {} : { timestamp }),
		...(name === undefined ? {} : { keyName: name }),
		sender: `key ${name ?? ''}`,
		replayKeys,
	};
}

const LONGEST_ID = 512;

/** The sender's id of this delivery, where a header has it; the reason when that header is not usable. */
function idOf(
	request: WebhookRequest,
	{ deliveryHeader }: DoorSettings,
	{ replayKeys }: Sender,
): { id?: string; isTokenId?: undefined } | Reason {
	if (deliveryHeader === undefined || replayKeys.length > 0) return {};
	try {
		const id = new Incoming(request).header(deliveryHeader);
		demand((id ?? '').length <= LONGEST_ID, 'bad_id');
		return id === undefined ? {} : { id, isTokenId: undefined };
	} catch (error) {
		return error instanceof Refusal ? error.reason : 'internal_error';
	}
}

/**
 * A signed delivery is known by what was signed, so that a new unsigned id does not make a copy new;
 * another one by the id that came with it. Several deliveries in one request are each known.
 */
async function onlyOnce(
	request: WebhookRequest,
	address: string,
	{ sender, replayKeys, isTokenId, ...proved }: Sender,
	settings: DoorSettings,
	ports: DoorPorts,
): Promise<Admittance> {
	const { trigger, replayMs: chosenMs, proof } = settings;
	const id = replayKeys[0] ?? (isTokenId ? undefined : proved.id);
	if (ports.deliveries !== undefined && id !== undefined && replayKeys.length <= 1) {
		const delivery = { trigger, sender, id, body: request.rawBody };
		const admission = await ports.deliveries.begin(delivery);
		if (admission.kind === 'conflict') return refusal(409, 'id_reused', address);
		if (admission.kind === 'duplicate') return admission;
		return { kind: 'run', proved, address, ticket: admission.ticket };
	}
	if (chosenMs !== null && replayKeys.length > 0) {
		const ttlMs = replayMs(toleranceOf(proof), chosenMs);
		const isNew = await isFirst({ claim: ports.claim }, trigger, replayKeys, ttlMs);
		if (!isNew) return { kind: 'duplicate', answer: null };
	}
	return { kind: 'run', proved, address };
}
