import type {
	ICredentialDataDecryptedObject,
	IHookFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';
import { credentialOf } from '../../src/host/triggerCredentials';
import { webhookSecretsOf, type WebhookFields } from '../../src/kinds/webhook';
import {
	readAddresses,
	readScheme,
	type AddressList,
	type SecretInput,
	type WebhookScheme,
} from '../../src/webhooks';
import type { JwsAlgorithm } from '../../src/webhooks/scheme';

type Context = IHookFunctions | IWebhookFunctions;

/** The options of the node as people set them. */
export interface Options {
	readonly allowed?: string;
	/** As n8n calls it: with it, n8n leaves the body to the node. */
	readonly binaryData?: boolean;
	readonly deliveryHeader?: string;
	readonly rate?: number;
	readonly responseCode?: number;
	readonly responseText?: string;
	readonly contentTypes?: string;
	readonly keptHeaders?: string;
	readonly largestBodyKib?: number;
	readonly letCopiesIn?: boolean;
	readonly publicUrl?: string;
	readonly callerRate?: number;
	readonly keyRate?: number;
	readonly toleranceSeconds?: number;
	readonly proxies?: string;
}

export interface TokenParameters {
	readonly issuer: string;
	readonly audience: string;
	readonly algorithms: readonly JwsAlgorithm[];
	readonly keySetUrl: string;
}

/** How callers prove who they are, before anything was fetched. */
export type Asked =
	| { readonly kind: 'none' }
	| { readonly kind: 'jwt'; readonly token: TokenParameters }
	| {
			readonly kind: 'scheme';
			readonly scheme: string | WebhookScheme;
			readonly settings: Record<string, string>;
	  };

/** A sentence for the operator: what has to be changed, and where. */
export class Misconfigured extends Error {}

export const optionsOf = (context: Context): Options =>
	context.getNodeParameter('options', {}) as Options;

export function askedOf(context: Context): Asked {
	const read = (name: string) => (context.getNodeParameter(name, '') as string).trim();
	switch (read('authentication')) {
		case 'none':
			return { kind: 'none' };
		case 'jwt':
			return { kind: 'jwt', token: tokenOf(context, read) };
		case 'custom':
			return { kind: 'scheme', scheme: customScheme(context), settings: {} };
		case 'header':
			return secretIn({ header: read('headerName').toLowerCase() });
		case 'bearer':
			return secretIn({ header: 'authorization', prefix: 'Bearer ' });
		case 'query':
			return secretIn({ query: read('queryName') });
		case 'basic':
			return secretIn({ basic: true });
		default:
			return {
				kind: 'scheme',
				scheme: read('provider'),
				settings: { topicArn: read('topicArn'), webhookId: read('providerWebhookId') },
			};
	}
}

function tokenOf(context: Context, read: (name: string) => string): TokenParameters {
	const token = {
		issuer: read('issuer'),
		audience: read('audience'),
		algorithms: context.getNodeParameter('algorithms', []) as JwsAlgorithm[],
		keySetUrl: read('keySetUrl'),
	};
	if (token.issuer === '') throw new Misconfigured('Issuer is empty. Enter who makes the tokens.');
	if (token.audience === '') {
		throw new Misconfigured('Audience is empty. Enter whom the tokens are made for.');
	}
	if (token.algorithms.length === 0)
		throw new Misconfigured('Algorithms is empty. Choose at least one.');
	if (token.keySetUrl !== '' && !token.keySetUrl.startsWith('https://')) {
		throw new Misconfigured('Key Set URL must begin with https://.');
	}
	return token;
}

type SecretPlace = Extract<WebhookScheme, { type: 'secret' }>['from'];

function secretIn(from: SecretPlace): Asked {
	const scheme: WebhookScheme = { type: 'secret', id: 'api-key', name: 'API key', from };
	return { kind: 'scheme', scheme: checked(scheme), settings: {} };
}

function customScheme(context: Context): WebhookScheme {
	const text = context.getNodeParameter('customScheme', '') as string | object;
	const data = typeof text === 'string' ? parsedOrNull(text) : text;
	if (data === null)
		throw new Misconfigured('Scheme is not JSON. Check its quotation marks and commas.');
	return checked(data as WebhookScheme);
}

const known = new Map<string, WebhookScheme>();

/** One object for each text, so that the verifier reads it once. */
function checked(scheme: WebhookScheme): WebhookScheme {
	const text = JSON.stringify(scheme);
	const found = known.get(text);
	if (found !== undefined) return found;
	const read = readScheme(scheme);
	if ('problems' in read) {
		const [{ field, message } = { field: '', message: '' }] = read.problems;
		throw new Misconfigured(`Scheme is not complete: ${field}. ${message}`);
	}
	if (known.size >= 1000) known.clear();
	known.set(text, scheme);
	return scheme;
}

function parsedOrNull(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return null;
	}
}

export interface Secrets {
	readonly secrets: readonly SecretInput[];
	readonly verifyToken: string;
	/** What must not come out with a request. */
	readonly needles: readonly string[];
}

export const NOTHING: Secrets = { secrets: [], verifyToken: '', needles: [] };
/** Given out with the same fields for many requests. */
const secretsIn = new WeakMap<ICredentialDataDecryptedObject, Secrets>();

/** The secrets of the credential; none where there is no credential, so that nothing is let in. */
export async function secretsOf(context: Context): Promise<Secrets> {
	const fields = await credentialOrNull(context);
	if (fields === null) return NOTHING;
	const secrets = secretsIn.get(fields) ?? readSecrets(fields);
	secretsIn.set(fields, secrets);
	return secrets;
}

function readSecrets(fields: ICredentialDataDecryptedObject): Secrets {
	const { verifyToken = '' } = fields as { verifyToken?: string };
	const secrets = webhookSecretsOf(fields as unknown as WebhookFields);
	const needles = [...secrets.map(({ secret }) => secret), verifyToken].filter(Boolean);
	return { secrets, verifyToken, needles };
}

/** Silence means that the credential is missing, deleted or cannot be read. */
async function credentialOrNull(context: Context): Promise<ICredentialDataDecryptedObject | null> {
	try {
		return await credentialOf(context, 'sealboxWebhookApi');
	} catch {
		return null;
	}
}

export const listed = (text = ''): string[] =>
	text
		.split(',')
		.map((entry) => entry.trim())
		.filter((entry) => entry !== '');

export function addressesOf(field: string, text: string | undefined): AddressList | undefined {
	const rules = listed(text);
	if (rules.length === 0) return undefined;
	const read = readAddresses(rules);
	if ('problems' in read) throw new Misconfigured(`${field}: ${read.problems[0]}`);
	return read.list;
}
