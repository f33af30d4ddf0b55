import { verdictOn, type Arrived } from '../../servers/aws/verify';
import { CASES, termsOf, type Case } from './suite';

/** The verifier that other tests rely on takes what AWS's suite signed, and nothing that was changed. */

/** The suite's own signed requests, as they would arrive; header lines are folded no more. */
function arrived(text: string): Arrived {
	const [head = '', ...rest] = text.split('\n\n');
	const [line = '', ...headerLines] = head.replace(/\n\s+/g, ' ').split('\n');
	const [, method = '', target = ''] = /^(\S+) (.*) HTTP\/1\.1$/.exec(line) ?? [];
	return {
		method,
		target,
		headers: headerLines
			.filter((one) => one !== '')
			.map((one) => [one.slice(0, one.indexOf(':')), one.slice(one.indexOf(':') + 1)] as const),
		body: Buffer.from(rest.join('\n\n')),
	};
}

const judge = (vector: Case, request: Arrived) => {
	const { keys, options } = termsOf(vector);
	const key = { ...keys, sessionToken: keys.sessionToken ?? '' };
	return verdictOn(request, (id) => (id === keys.accessKeyId ? key : undefined), options.atMs);
};

/** Paths that are left as they are belong to no service of ours; a token after signing, to none either. */
const TIDY = CASES.filter(
	([name, vector]) => vector['context.json'].normalize && name !== 'post-sts-header-after',
);

test('most of the suite is judged', () => {
	expect(TIDY.length).toBe(24);
});

describe.each(['header', 'query'] as const)('a signature in the %s', (place) => {
	const signed = (vector: Case) => arrived(vector[`${place}-signed-request.txt`]);

	test.each(TIDY)('of the suite is taken: %s', (_name, vector) => {
		expect(judge(vector, signed(vector))).toMatchObject({ isGood: true });
	});

	test.each(TIDY)('of the suite is refused with anything changed: %s', (_name, vector) => {
		const request = signed(vector);
		const { target, headers } = request;
		const otherHost = headers.map(([name, value]) =>
			/^host$/i.test(name) ? ([name, 'elsewhere.example'] as const) : ([name, value] as const),
		);
		const changed: Arrived[] = [
			{ ...request, method: 'DELETE' },
			{ ...request, target: target.replace(/^\/[^?]*/, '$&x') },
			{ ...request, target: `${target}${target.includes('?') ? '&' : '?'}more=1` },
			{ ...request, headers: otherHost },
			{ ...request, body: Buffer.from('another body') },
		];
		const verdicts = changed.map((one) => judge(vector, one));
		expect(verdicts.map((one) => !one.isGood && one.code)).toEqual(
			Array(changed.length).fill('SignatureDoesNotMatch'),
		);
	});
});
