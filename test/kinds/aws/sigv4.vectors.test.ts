import { presignedQuery, signatureHeaders } from '../../../src/kinds/aws/sigv4';
import { CASES, parse, termsOf } from './suite';

test('the suite is whole', () => {
	expect(CASES.length).toBe(31);
});

test.each(CASES)('headers are signed as in the suite: %s', async (_name, vector) => {
	const { normalize, sign_body: hashesBody } = vector['context.json'];
	const { keys, options } = termsOf(vector);
	const request = parse(vector['request.txt'], normalize);
	const added = await signatureHeaders(request, keys, { ...options, hashesBody });
	const expected = /^Authorization:(.*)$/im.exec(vector['header-signed-request.txt'])?.[1];
	expect(added.authorization).toBe(expected);
	expect(added.authorization).toContain(vector['header-signature.txt']);
});

/** A token that a case adds after signing is in its URL, and in no part of its signature. */
const NOT_SIGNED = ['post-sts-header-after'];

test.each(CASES)('a query is signed as in the suite: %s', async (name, vector) => {
	const { keys, options } = termsOf(vector);
	const request = parse(vector['request.txt'], vector['context.json'].normalize);
	const query = await presignedQuery(request, keys, options);
	const { target } = /^\S+ (?<target>.*) HTTP/.exec(vector['query-signed-request.txt'])!.groups!;
	const expected = [...new URLSearchParams(target!.slice(target!.indexOf('?')))].filter(
		([parameter]) => !NOT_SIGNED.includes(name) || parameter !== 'X-Amz-Security-Token',
	);
	expect([...query].sort()).toEqual(expected.sort());
	expect(query).toContainEqual(['X-Amz-Signature', vector['query-signature.txt']]);
});

test('a presigned URL of S3 is the one that its documentation shows', async () => {
	// "Authenticating requests: using query parameters", Amazon S3 API reference.
	const query = await presignedQuery(
		{
			method: 'GET',
			host: 'examplebucket.s3.amazonaws.com',
			path: '/test.txt',
			query: [],
			headers: {},
			body: 'unsigned',
		},
		{
			accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
			secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
		},
		{
			service: 's3',
			region: 'us-east-1',
			atMs: Date.parse('2013-05-24T00:00:00Z'),
			escapesPath: false,
			expiresInSeconds: 86_400,
		},
	);
	expect(query).toContainEqual([
		'X-Amz-Signature',
		'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
	]);
});
