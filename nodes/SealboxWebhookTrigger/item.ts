import type { IDataObject, INodeExecutionData, IWebhookFunctions } from 'n8n-workflow';
import { createScrubber } from '../../src/sealing/scrub';
import type { Admittance } from '../../src/webhooks/door/door';
import type { Proof } from '../../src/webhooks/door/settings';
import { listed, optionsOf } from './parameters';

const SHOWN = '[secret]';
/** Secret by their meaning, whatever proves the request. */
const SECRET_HEADERS = [
	'authorization',
	'cookie',
	'proxy-authorization',
	'x-api-key',
	'x-auth-token',
	'x-forwarded-access-token',
];

type Admitted = Extract<Admittance, { kind: 'run' }>;

/** What the workflow gets: the request without its secrets, and what was proved about it. */
export function itemOf(
	context: IWebhookFunctions,
	proof: Proof,
	{ proved, address }: Admitted,
	secrets: readonly string[],
): INodeExecutionData {
	const request = context.getRequestObject();
	const authorization = request.headers.authorization?.split(' ').slice(1).join(' ');
	const sent = [...secrets, authorization, decoded(authorization)].filter(
		(value): value is string => value !== undefined && value !== '',
	);
	const scrubber = createScrubber(
		sent.map((value) => ({ value, name: 'Secret' })),
		{ replace: () => SHOWN },
	);
	const { keptHeaders } = optionsOf(context);
	const json = {
		headers: withoutSecrets(request.headers as IDataObject, proof, listed(keptHeaders)),
		params: context.getParamsData() as IDataObject,
		query: context.getQueryData() as IDataObject,
		body: bodyOf(context),
		method: request.method,
		webhook: {
			...(proved.id === undefined ? {} : { id: proved.id }),
			...(proved.timestamp === undefined
				? {}
				: { timestamp: new Date(proved.timestamp * 1000).toISOString() }),
			...(proved.keyName === undefined ? {} : { keyName: proved.keyName }),
			...(proved.claims === undefined ? {} : { claims: proved.claims as IDataObject }),
			scheme: schemeName(proof),
			address,
		},
	};
	return { json: scrubber.value(json) };
}

/** Of Basic: user and password as they are before base64. */
function decoded(credentials: string | undefined): string | undefined {
	const text = Buffer.from(credentials ?? '', 'base64').toString('utf8');
	return text.includes(':') ? text.slice(text.indexOf(':') + 1) : undefined;
}

function withoutSecrets(headers: IDataObject, proof: Proof, kept: readonly string[]): IDataObject {
	const names = [...SECRET_HEADERS, ...ownHeaders(proof)].filter(
		(name) => !kept.some((one) => one.toLowerCase() === name),
	);
	return Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [name, names.includes(name) ? SHOWN : value]),
	);
}

const ownHeaders = (proof: Proof): string[] => {
	if (proof.kind !== 'scheme' || typeof proof.scheme === 'string') return [];
	const { scheme } = proof;
	return scheme.type === 'secret' && 'header' in scheme.from ? [scheme.from.header] : [];
};

const schemeName = (proof: Proof): string => {
	if (proof.kind !== 'scheme') return proof.kind;
	return typeof proof.scheme === 'string' ? proof.scheme : (proof.scheme.id ?? '');
};

/** The host parses what is plain JSON; vendors have types of their own. */
function bodyOf(context: IWebhookFunctions): IDataObject {
	const request = context.getRequestObject() as unknown as {
		rawBody?: Buffer;
		contentType?: string;
	};
	if (/\+json$/.test(request.contentType ?? '')) {
		try {
			return JSON.parse(String(request.rawBody)) as IDataObject;
		} catch {
			return {};
		}
	}
	return context.getBodyData() as IDataObject;
}
