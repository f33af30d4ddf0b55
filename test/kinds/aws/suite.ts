import type { Signable } from '../../../src/kinds/aws/sigv4';
import suite from './vectors/sigv4-suite.json';

/** The signing test suite of AWS (aws-c-auth, Apache-2.0): its cases, and the requests in them. */

export interface Case {
	'context.json': {
		credentials: { access_key_id: string; secret_access_key: string; token?: string };
		expiration_in_seconds: number;
		normalize: boolean;
		omit_session_token?: boolean;
		region: string;
		service: string;
		sign_body: boolean;
		timestamp: string;
	};
	'request.txt': string;
	'header-signature.txt': string;
	'header-signed-request.txt': string;
	'query-signature.txt': string;
	'query-signed-request.txt': string;
}

export const CASES = Object.entries(suite.cases) as unknown as [name: string, vector: Case][];

/** What a case says about keys, time and rules, in the signer's words. */
export const termsOf = ({ 'context.json': context }: Case) => ({
	keys: {
		accessKeyId: context.credentials.access_key_id,
		secretAccessKey: context.credentials.secret_access_key,
		sessionToken: context.omit_session_token ? undefined : context.credentials.token,
	},
	options: {
		service: context.service,
		region: context.region,
		atMs: Date.parse(context.timestamp),
		escapesPath: context.normalize,
		expiresInSeconds: context.expiration_in_seconds,
	},
});

/**
 * Splits the text of a request; folded header lines continue the one before, RFC 7230 section 3.2.4.
 * The suite's paths are not encoded yet, so that a path which is to be left as it is gets encoded once.
 */
export function parse(text: string, escapesPath: boolean): Signable {
	const [head = '', ...rest] = text.split('\n\n');
	const [line = '', ...headerLines] = head.split('\n').filter((one) => one !== '');
	const [, method = '', target = ''] = /^(\S+) (.*) HTTP\/1\.1$/.exec(line) ?? [];
	const [path = '', search = ''] = target.split('?');
	const headers: Record<string, string> = {};
	let last = '';
	for (const one of headerLines) {
		const folded = /^\s+(.*)$/.exec(one);
		if (folded) headers[last] += ` ${folded[1]}`;
		else {
			last = one.slice(0, one.indexOf(':')).toLowerCase();
			const value = one.slice(one.indexOf(':') + 1);
			headers[last] = last in headers ? `${headers[last]},${value}` : value;
		}
	}
	const { host = '', ...signed } = headers;
	return {
		method,
		host,
		path: escapesPath ? path : encodeURI(path),
		query: [...new URLSearchParams(search)],
		headers: signed,
		body: rest.join('\n\n') || undefined,
	};
}
