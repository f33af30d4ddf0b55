import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createCanary, type Canary } from './canary.ts';
import {
	acceptsApiKey,
	acceptsAws,
	acceptsBasic,
	acceptsBearer,
	acceptsEach,
	acceptsJwt,
} from './services/accepts.ts';
import { guarded, pages, samePath } from './services/routes.ts';
import type { Route } from './services/service.ts';

/** A credential with fresh secrets, and a local service that accepts it and nothing else. */
export interface Sample {
	/** What the credential is called in the editor; no two samples share it. */
	name: string;
	/** n8n's name of the credential type. */
	type: string;
	/** Where the service lets it in. */
	path: string;
	method: 'GET' | 'POST';
	/** The secrets in it. */
	canaries: Canary[];
	/** What the service does with a request to the path. */
	route: Route;
	/** Further paths that take the same credential. */
	moreRoutes?: Record<string, Route>;
	/** Values of the form, for a service at this URL. */
	fields(url: string): Record<string, unknown>;
	/** Values to change so that the service refuses. */
	wrong: Record<string, unknown>;
}

/** A credential that no service has to accept. */
export type LocalSample = Pick<Sample, 'name' | 'type' | 'canaries'> & {
	fields(): Record<string, unknown>;
};

export function sealingKeys(): LocalSample {
	const passphrase = createCanary('passphrase');
	return {
		name: 'Sealbox Sealing Keys',
		type: 'sealboxSealingKeysApi',
		canaries: [passphrase],
		fields: () => ({ keysFrom: 'passphrase', passphrase: passphrase.value }),
	};
}

/** Samples of every credential type that authenticates HTTP requests. */
export const httpSamples = (): Sample[] => [
	bearer(),
	basicAuth(),
	apiKeys(),
	apiKeyInBody(),
	sharedSecretJwt(),
	privateKeyJwt(),
	aws(),
];

/** All paths of the service that the samples need. */
export const routesFor = (samples: readonly Sample[]): Record<string, Route> =>
	Object.assign(
		{},
		...samples.map(({ path, route, moreRoutes }) => ({ [path]: route, ...moreRoutes })),
	) as Record<string, Route>;

/** Where a credential belongs, and what its test calls. */
const place = (path: string) => (url: string) => ({ baseUrl: url, testPath: path });

function bearer(): Sample {
	const token = createCanary('token');
	const path = '/me';
	return {
		name: 'Sealbox Bearer',
		type: 'sealboxBearerApi',
		path,
		method: 'GET',
		canaries: [token],
		route: guarded(acceptsBearer(token.value)),
		moreRoutes: {
			'/contacts': pages(acceptsBearer(token.value), samePath),
			'/people': (request) =>
				acceptsBearer(token.value)(request) ? { body: PEOPLE } : { status: 401 },
		},
		fields: (url) => ({ token: token.value, ...place(path)(url) }),
		wrong: { token: createCanary('wrong token').value },
	};
}

function basicAuth(): Sample {
	const password = createCanary('password');
	const path = '/account';
	return {
		name: 'Sealbox Basic Auth',
		type: 'sealboxBasicAuthApi',
		path,
		method: 'GET',
		canaries: [password],
		route: guarded(acceptsBasic('zoë', password.value)),
		fields: (url) => ({ user: 'zoë', password: password.value, ...place(path)(url) }),
		wrong: { password: createCanary('wrong password').value },
	};
}

/** Three keys at once, in three of the places where services look for them. */
function apiKeys(): Sample {
	const header = createCanary('key in a header');
	const query = createCanary('key in the query');
	const cookie = createCanary('key in a cookie', 'plain');
	const path = '/status';
	return {
		name: 'Sealbox API Key',
		type: 'sealboxApiKeyApi',
		path,
		method: 'GET',
		canaries: [header, query, cookie],
		route: guarded(
			acceptsEach(
				acceptsApiKey('header', 'X-Api-Key', `Token ${header.value}`),
				acceptsApiKey('query', 'key', query.value),
				acceptsApiKey('cookie', 'session', cookie.value),
			),
		),
		fields: (url) => ({
			key: header.value,
			location: 'header',
			name: 'X-Api-Key',
			prefix: 'Token',
			moreKeys: {
				keys: [
					{ key: query.value, location: 'query', name: 'key' },
					{ key: cookie.value, location: 'cookie', name: 'session' },
				],
			},
			...place(path)(url),
		}),
		wrong: { key: createCanary('wrong key').value },
	};
}

/** The fourth place. A body needs a request that has one. */
function apiKeyInBody(): Sample {
	const key = createCanary('key in the body');
	const path = '/search';
	return {
		name: 'Sealbox API Key in the body',
		type: 'sealboxApiKeyApi',
		path,
		method: 'POST',
		canaries: [key],
		route: guarded(acceptsApiKey('body', 'secret', key.value)),
		fields: (url) => ({ key: key.value, location: 'body', name: 'secret', ...place(path)(url) }),
		wrong: { key: createCanary('wrong key').value },
	};
}

function sharedSecretJwt(): Sample {
	const secret = createCanary('secret');
	const path = '/sessions';
	return {
		name: 'Sealbox JWT with a secret',
		type: 'sealboxJwtApi',
		path,
		method: 'GET',
		canaries: [secret],
		route: guarded(acceptsJwt(secret.value)),
		fields: (url) => ({
			algorithm: 'HS256',
			keyType: 'secret',
			secret: secret.value,
			issuer: 'sealbox',
			...place(path)(url),
		}),
		wrong: { secret: createCanary('wrong secret').value },
	};
}

function privateKeyJwt(): Sample {
	const { publicKey, privateKey } = newKeyPair();
	// The second line of the key: the first one begins alike in every key.
	const line = { name: 'line of the private key', value: privateKey.split('\n')[2] };
	const path = '/installations';
	return {
		name: 'Sealbox JWT with a private key',
		type: 'sealboxJwtApi',
		path,
		method: 'GET',
		canaries: [line],
		route: guarded(acceptsJwt(publicKey)),
		fields: (url) => ({
			algorithm: 'ES256',
			keyType: 'pem',
			privateKey,
			keyId: 'key-1',
			audience: 'service',
			...place(path)(url),
		}),
		wrong: { privateKey: newKeyPair().privateKey },
	};
}

const newKeyPair = () =>
	generateKeyPairSync('ec', {
		namedCurve: 'P-256',
		publicKeyEncoding: { type: 'spki', format: 'pem' },
		privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
	});

function aws(): Sample {
	const secret = { name: 'secret access key', value: newSecretAccessKey() };
	const session = createCanary('session token', 'plain');
	// The test of this type adds a slash to the endpoint that it is given.
	const path = '/orders/';
	const isAccepted = acceptsEach(
		acceptsAws(secret.value),
		acceptsApiKey('header', 'X-Amz-Security-Token', session.value),
	);
	return {
		name: 'Sealbox AWS',
		type: 'sealboxAwsApi',
		path,
		method: 'GET',
		canaries: [secret, session],
		route: guarded(isAccepted),
		fields: (url) => ({
			region: 'eu-central-1',
			accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
			secretAccessKey: secret.value,
			sessionToken: session.value,
			service: 'execute-api',
			endpoint: url,
			stsEndpoint: `${url}/orders`,
		}),
		wrong: { secretAccessKey: newSecretAccessKey() },
	};
}

/** Forty characters with signs in them, as AWS makes them. */
const newSecretAccessKey = () => `a/b+${randomBytes(27).toString('base64')}`;

const PEOPLE = [
	{ name: 'Ada', email: 'ada@example.com' },
	{ name: 'Grace', email: 'grace@example.com' },
];
