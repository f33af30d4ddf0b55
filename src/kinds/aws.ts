import { SealboxError } from '../sealing/error';
import { z } from '../vendor/zod';
import { AWS_DOMAINS, endpointOf, REGION } from './awsEndpoint';
import {
	hostFields,
	pasteWarnings,
	requiredSecret,
	secret,
	serviceUrl,
	text,
	trimmed,
} from './fields';
import type { Circumstances, Kind, OutgoingRequest } from './kind';
import { headerOf, urlOf, withHeader, withoutHeaders, without, withUrl } from './outgoing';
import { isExpression } from './pasted';
import { ADDED, signatureHeaders, type Signable } from './sigv4';
import { encoded, strictPath, wireBodyOf, wireQueryOf, type WireBody } from './wire';

const ACCESS_KEY_ID = /^[A-Z0-9]{16,128}$/;

const schema = z.looseObject({
	region: z
		.string('Region is missing. Fill it in.')
		.refine(
			(region) => isExpression(region) || /^[a-z0-9-]+$/.test(region.trim()),
			'Region must be the code of a region, for instance eu-central-1.',
		),
	accessKeyId: z.string('Access Key ID is missing. Fill it in.').superRefine((id, context) => {
		const message = isExpression(id) ? null : accessKeyIdProblem(id.trim());
		if (message !== null) context.addIssue({ code: 'custom', message });
	}),
	secretAccessKey: requiredSecret(
		'Secret Access Key',
		'AWS shows it once, when the key is created; create another one if it is lost.',
		'token',
		(value) =>
			/^(AKIA|ASIA)[A-Z0-9]{12,}$/.test(value.trim())
				? 'Secret Access Key holds an access key ID. Paste the secret that was shown with it.'
				: null,
	),
	sessionToken: secret('Session Token').optional(),
	service: text().refine(
		(name) => !name || isExpression(name) || /^[a-z0-9-]+$/.test(name.trim()),
		'Service must be the name that a service signs with, for instance s3 or execute-api.',
	),
	endpoint: serviceUrl('Custom Endpoint'),
	stsEndpoint: serviceUrl('STS Endpoint'),
	...hostFields,
});

function accessKeyIdProblem(id: string): string | null {
	if (id === '') return 'Access Key ID is empty. Paste the one that belongs to the secret.';
	if (/^[\w.-]+$/.test(id)) return null;
	return 'Access Key ID must consist of letters and digits. Paste it again.';
}

type AwsFields = z.infer<typeof schema>;

function awsWarnings({ accessKeyId, secretAccessKey, sessionToken, region, endpoint }: AwsFields) {
	const warnings = [
		...pasteWarnings('Secret Access Key', secretAccessKey),
		...pasteWarnings('Session Token', sessionToken),
	];
	if (endpoint || isExpression(accessKeyId)) return warnings;
	if (accessKeyId.startsWith('ASIA') && !sessionToken) {
		warnings.push('Access Key ID is a temporary one (ASIA): it needs its Session Token too.');
	}
	if (accessKeyId.startsWith('AKIA') && sessionToken) {
		warnings.push(
			'Access Key ID is a permanent one (AKIA): it has no Session Token. Remove the token.',
		);
	}
	if (!ACCESS_KEY_ID.test(accessKeyId.trim())) {
		warnings.push('Access Key ID does not look like one of AWS: 16 or more capitals and digits.');
	}
	if (!isExpression(region) && !REGION.test(region.trim())) {
		warnings.push('Region does not look like one of AWS, for instance eu-central-1.');
	}
	return warnings;
}

/**
 * Signs a request for the service that its host stands for.
 *
 * 1. Settle the bytes: path, query and body in the form in which they will be sent.
 * 2. Remove an earlier signature, and what would be put in its place.
 * 3. Sign method, path, query, headers and body.
 * 4. Hand on the settled bytes with the signature.
 */
async function authenticate(fields: AwsFields, request: OutgoingRequest, { now }: Circumstances) {
	const url = urlOf(request) as URL;
	const target = targetOf(fields, url);
	const isS3 = target.service === 's3';
	const body = wireBodyOf(request); // 1
	assertSignable(body, isS3, url);
	const bare = joinedHeaders(withoutHeaders(without(request, 'auth'), [...ADDED, 'host'])); // 2
	const query = wireQueryOf(request, url);
	const settled = settle(bare, url, encoded(query), body);
	const signable: Signable = {
		method: (request.method ?? 'GET').toUpperCase(),
		host: url.host,
		path: (urlOf(settled) as URL).pathname,
		query,
		headers: signedHeaders(settled, body),
		body: body.content === 'stream' ? 'unsigned' : body.content,
	};
	const keys = {
		accessKeyId: trimmed(fields.accessKeyId),
		secretAccessKey: trimmed(fields.secretAccessKey),
		sessionToken: trimmed(fields.sessionToken ?? ''),
	};
	const options = { ...target, atMs: now(), escapesPath: !isS3, hashesBody: isS3 };
	const added = await signatureHeaders(signable, keys, options); // 3
	// 4. A signature holds for one URL, so there is nothing to follow a redirect with.
	return { request: Object.entries(added).reduce(addHeader, settled), used: [], isPinned: true };
}

const addHeader = (request: OutgoingRequest, [name, value]: [string, string]): OutgoingRequest =>
	withHeader(request, name === 'authorization' ? 'Authorization' : name, value);

/** Service and region: what the credential names, else what the host says. */
function targetOf(fields: AwsFields, url: URL): { service: string; region: string } {
	const endpoint = endpointOf(url.hostname);
	const service = fields.service?.trim() || endpoint?.service;
	const region = endpoint?.region ?? fields.region.trim();
	if (service !== undefined) return { service, region };
	throw new SealboxError(
		'ERR_CREDENTIAL_INVALID',
		'Sealbox AWS: the host of this request does not say which AWS service it is. Fill in Service in the credential, for instance s3.',
	);
}

/** Only S3 takes a body that is not covered, and only over a connection that protects it. */
function assertSignable({ content }: WireBody, isS3: boolean, url: URL): void {
	if (content !== 'stream' || (isS3 && url.protocol === 'https:')) return;
	throw new SealboxError(
		'ERR_BODY_UNSUITABLE',
		'A stream or multipart body cannot be signed, because it is not known before it is sent. Send JSON, text, a form or binary data from memory.',
	);
}

/** The request with its URL and body in the form in which the host passes them on unchanged. */
function settle(
	request: OutgoingRequest,
	url: URL,
	query: string,
	{ content, contentType }: WireBody,
): OutgoingRequest {
	const target = new URL(url);
	target.pathname = strictPath(url.pathname);
	target.search = query;
	target.hash = '';
	const aimed = withUrl(without(request, 'qs', 'qsStringifyOptions', 'useQuerystring'), target);
	if (content === 'stream') return aimed;
	const emptied = without(aimed, 'body', 'form');
	if (content === undefined) return emptied;
	const typed =
		contentType === undefined ? emptied : withHeader(emptied, 'Content-Type', contentType);
	return { ...typed, body: content };
}

/** A header with several values becomes one line, so that there is one way to read it. */
function joinedHeaders(request: OutgoingRequest): OutgoingRequest {
	const headers = Object.entries(request.headers ?? {}).map(([name, value]) => [
		name,
		Array.isArray(value) ? value.join(', ') : value,
	]);
	return { ...request, headers: Object.fromEntries(headers) };
}

/** Headers that the client sets or changes after us; a signature must not cover them. */
const UNSETTLED = new Set(['content-length', 'accept-encoding', 'user-agent', 'host']);

function signedHeaders(request: OutgoingRequest, { content }: WireBody): Record<string, string> {
	// A multipart body gets its content type when it is sent; without a body the type may be dropped.
	const isTypeSettled = content !== undefined && content !== 'stream';
	const names = Object.keys(request.headers ?? {})
		.map((name) => name.toLowerCase())
		.filter((name) => !UNSETTLED.has(name) && (isTypeSettled || name !== 'content-type'));
	return Object.fromEntries(names.map((name) => [name, headerOf(request, name) ?? '']));
}

/** AWS Signature Version 4 for any service: keys, a session token, a region. */
export const aws: Kind<AwsFields> = {
	name: 'aws',
	credentialType: 'sealboxAwsApi',
	displayName: 'Sealbox AWS',
	auth: 'aws-sigv4',
	schema,
	secretFields: ['secretAccessKey', 'sessionToken'],
	warnings: awsWarnings,
	reach: ({ endpoint, stsEndpoint }) => ({
		origins: [endpoint, stsEndpoint].filter((url) => url !== undefined && url !== '') as string[],
		domains: AWS_DOMAINS,
	}),
	authenticate,
};
