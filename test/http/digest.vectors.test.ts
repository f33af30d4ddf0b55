import { answerChallenge, challengeIn } from '../../src/http/digest';

/** RFC 7616 section 3.9.1: both examples. */
const CNONCE = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';
const HEADER =
	'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", ' +
	'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';
const login = { user: 'Mufasa', password: 'Circle of Life' };
const request = { method: 'GET', url: new URL('http://www.example.org/dir/index.html') };

test.each([
	['SHA-256', HEADER, '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
	['MD5', HEADER.slice(HEADER.lastIndexOf('Digest')), '8ca523f5e9506fed4657c9700eebdbec'],
])('the %s example of the RFC', (algorithm, header, response) => {
	const challenge = challengeIn(header);
	expect(challenge?.algorithm).toBe(algorithm);
	const answer = answerChallenge(challenge as never, login, request, CNONCE);
	expect(answer).toContain(`response="${response}"`);
	expect(answer).toContain('uri="/dir/index.html"');
	expect(answer).toContain('opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"');
});

/** RFC 2069, the form without qop, which old devices speak. */
test('a challenge without qop is answered without a counter', () => {
	const challenge = challengeIn(
		'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"',
	);
	const answer = answerChallenge(
		challenge as never,
		{ user: 'Mufasa', password: 'CircleOfLife' },
		request,
	);
	expect(answer).toContain('response="1949323746fe6a43ef61f9606e7febea"');
	expect(answer).not.toContain('nc=');
});

test.each(['Basic realm="x"', 'Digest realm="x"', 'Digest nonce="x", algorithm=UNKNOWN', ''])(
	'%p cannot be answered',
	(header) => expect(challengeIn(header)).toBeNull(),
);
