import { createCanary, type Canary } from './canary.ts';
import { acceptsBasic, acceptsBearer } from './services/accepts.ts';
import { guarded } from './services/routes.ts';
import type { Route } from './services/service.ts';

/** A credential of one type, made for a local service that accepts it and nothing else. */
export interface Sample {
	/** n8n's name of the credential type. */
	type: string;
	/** What the credential is called in the editor. */
	name: string;
	/** Path at the local service; `/` and the credential type. */
	path: string;
	/** The secrets in it. */
	canaries: Canary[];
	/** What the service does with a request to the path. */
	route: Route;
	/** Values of the form for a service at this URL. */
	fields(url: string): Record<string, unknown>;
	/** The same form with one value that the service refuses. */
	wrong: Record<string, unknown>;
}

/** One sample of every credential type that authenticates HTTP requests, each with fresh secrets. */
export const httpSamples = (): Sample[] => [bearer(), basicAuth()];

const at = (type: string) => `/${type}`;

/** Where a credential belongs, and what its test calls. */
const place = (url: string, type: string) => ({ baseUrl: url, testPath: at(type) });

function bearer(): Sample {
	const type = 'sealboxBearerApi';
	const token = createCanary('token');
	return {
		type,
		name: 'Sealbox Bearer',
		path: at(type),
		canaries: [token],
		route: guarded(acceptsBearer(token.value)),
		fields: (url) => ({ token: token.value, ...place(url, type) }),
		wrong: { token: createCanary('wrong token').value },
	};
}

function basicAuth(): Sample {
	const type = 'sealboxBasicAuthApi';
	const password = createCanary('password');
	return {
		type,
		name: 'Sealbox Basic Auth',
		path: at(type),
		canaries: [password],
		route: guarded(acceptsBasic('zoë', password.value)),
		fields: (url) => ({ user: 'zoë', password: password.value, ...place(url, type) }),
		wrong: { password: createCanary('wrong password').value },
	};
}
