import type { IWebhookFunctions } from 'n8n-workflow';
import { hasSeveralProcesses } from '../../src/host/sharedState';
import { triggers } from '../../src/host/webhooks';
import { certificateAddress, SharedLimit, TokenBuckets, type RemoteKeys } from '../../src/webhooks';
import type {
	Arrival,
	DoorPorts,
	DoorSettings,
	Limiter,
	Proof,
} from '../../src/webhooks/door/settings';
import { resolveScheme } from '../../src/webhooks/verify';
import {
	addressesOf,
	askedOf,
	listed,
	NOTHING,
	optionsOf,
	secretsOf,
	type Asked,
	type Secrets,
} from './parameters';

interface Door {
	readonly settings: DoorSettings;
	readonly ports: Omit<DoorPorts, 'record'>;
	/** Secrets that must not come out with the request. */
	readonly needles: readonly string[];
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const LARGEST_KIB = 1024;

/** In bytes. */
export const largestBodyOf = (context: IWebhookFunctions): number =>
	(optionsOf(context).largestBodyKib ?? LARGEST_KIB) * 1024;

/** The door of this trigger, as its parameters and its credential say. */
export async function doorOf(context: IWebhookFunctions, arrival: Arrival): Promise<Door> {
	const options = optionsOf(context);
	const asked = askedOf(context);
	const given = asked.kind === 'none' ? NOTHING : await secretsOf(context);
	const allowed = addressesOf('Allowed Addresses', options.allowed);
	const proxies = addressesOf('Trusted Proxies', options.proxies);
	const trigger = triggerName(context);
	const { toleranceSeconds } = options;
	const deliveryHeader = (options.deliveryHeader ?? '').trim().toLowerCase();
	const limiter = (name: string, perMinute: number | undefined) =>
		perMinute === undefined ? {} : { [name]: bucketsOf(`${trigger}/${name}`, perMinute) };
	return {
		settings: {
			trigger,
			proof: await proofOf(context, asked, arrival, { ...given, toleranceSeconds }),
			...(allowed === undefined ? {} : { allowed }),
			...(proxies === undefined ? {} : { proxies }),
			largestBodyBytes: largestBodyOf(context),
			...(deliveryHeader === '' ? {} : { deliveryHeader }),
			contentTypes: listed(options.contentTypes),
			replayMs: options.letCopiesIn === true ? null : DAY_MS,
		},
		ports: {
			now: Date.now,
			claim: (key, ttlMs) => triggers().state.claim(key, ttlMs),
			...limiter('callers', options.callerRate),
			...limiter('keys', options.keyRate),
			...limiter('requests', options.rate),
		},
		needles: given.needles,
	};
}

/** A test in the editor does not use up the delivery for the active workflow. */
function triggerName(context: IWebhookFunctions): string {
	const name = `${context.getWorkflow().id}/${context.getNode().id}`;
	return context.getMode() === 'manual' ? `test/${name}` : name;
}

function bucketsOf(name: string, perMinute: number): Limiter {
	const rate = { burst: perMinute, periodMs: MINUTE_MS };
	const shared = triggers();
	return shared.limiter(name, String(perMinute), () =>
		hasSeveralProcesses(process.env)
			? new SharedLimit(shared.state, name, rate, Date.now)
			: new TokenBuckets(rate, Date.now),
	);
}

interface Given extends Secrets {
	readonly toleranceSeconds: number | undefined;
}

async function proofOf(
	context: IWebhookFunctions,
	asked: Asked,
	arrival: Arrival,
	{ secrets, verifyToken, toleranceSeconds }: Given,
): Promise<Proof> {
	if (asked.kind === 'none') return asked;
	if (asked.kind === 'jwt') {
		const { keySetUrl, ...token } = asked.token;
		const keys = keySetUrl === '' ? secrets : keySet(context, keySetUrl);
		return { kind: 'jwt', settings: { ...token, keys } };
	}
	const address = certificateAddressOf(asked.scheme, arrival);
	return {
		kind: 'scheme',
		scheme: asked.scheme,
		secrets,
		...(address === null ? {} : { certificate: () => certificate(context, address.href) }),
		settings: { ...asked.settings, verifyToken },
		...(toleranceSeconds === undefined ? {} : { toleranceSeconds }),
	};
}

const TIMEOUT_MS = 5000;

const fetched = async (context: IWebhookFunctions, url: string, json: boolean): Promise<unknown> =>
	await context.helpers.httpRequest({
		url,
		json,
		disableFollowRedirect: true,
		timeout: TIMEOUT_MS,
	});

const keySet = (context: IWebhookFunctions, url: string): RemoteKeys =>
	triggers().keys(url, async () => await fetched(context, url, true));

/** Where the certificate that the request names is, if its scheme has one and the address is the provider's. */
function certificateAddressOf(
	scheme: Parameters<typeof resolveScheme>[0],
	arrival: Arrival,
): URL | null {
	try {
		const request = { ...arrival, rawBody: arrival.rawBody ?? new Uint8Array() };
		return certificateAddress(request, resolveScheme(scheme));
	} catch {
		// The verifier refuses the request for the same reason, and says which.
		return null;
	}
}

const certificate = async (context: IWebhookFunctions, url: string): Promise<string> =>
	await triggers().certificate(url, async () => String(await fetched(context, url, false)));
