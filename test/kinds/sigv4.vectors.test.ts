import { signatureHeaders, type Signable } from '../../src/kinds/sigv4';
import suite from './vectors/sigv4-suite.json';

/**
 * The signing test suite of AWS (aws-c-auth, Apache-2.0), header signing: the signature of every case.
 * The request lines of the suite hold paths that are not encoded yet, so the path is encoded here once
 * where a case asks for a path that is left as it is.
 */

interface Case {
	'context.json': {
		credentials: { access_key_id: string; secret_access_key: string; token?: string };
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
}

/** Splits the text of a request; folded header lines continue the one before, RFC 7230 section 3.2.4. */
function parse(text: string, escapesPath: boolean): Signable {
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

const cases = Object.entries(suite.cases) as unknown as [string, Case][];

test('the suite is whole', () => expect(cases.length).toBe(31));

test.each(cases)('a request is signed as in the suite: %s', async (_name, vector) => {
	const context = vector['context.json'];
	const added = await signatureHeaders(
		parse(vector['request.txt'], context.normalize),
		{
			accessKeyId: context.credentials.access_key_id,
			secretAccessKey: context.credentials.secret_access_key,
			sessionToken: context.omit_session_token ? undefined : context.credentials.token,
		},
		{
			service: context.service,
			region: context.region,
			atMs: Date.parse(context.timestamp),
			escapesPath: context.normalize,
			hashesBody: context.sign_body,
		},
	);
	const expected = /^Authorization:(.*)$/im.exec(vector['header-signed-request.txt'])?.[1];
	expect(added.authorization).toBe(expected);
	expect(added.authorization).toContain(vector['header-signature.txt']);
});
