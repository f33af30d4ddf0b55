import type { IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';
import { askThroughHost } from '../../src/host/request/ask';

/** A host that keeps what it was asked to send. */
function host(answer: unknown) {
	const sent: IHttpRequestOptions[] = [];
	const httpRequest = async (options: IHttpRequestOptions) => {
		sent.push(options);
		if (answer instanceof Error) throw answer;
		return answer;
	};
	return { sent, context: { helpers: { httpRequest } } as unknown as IExecuteFunctions };
}

const QUESTION = {
	url: 'https://sts.eu-central-1.amazonaws.com/',
	method: 'POST',
	headers: { accept: 'application/json' },
	body: 'Action=AssumeRole',
};

test('a question takes no option of the node along, follows nothing and judges nothing', async () => {
	const { sent, context } = host({ statusCode: 403, headers: { date: 'now' }, body: { a: 1 } });
	const answer = await askThroughHost(context)({
		...QUESTION,
		proxy: 'http://thief.example',
		skipSslCertificateValidation: true,
		agentOptions: { ca: 'theirs' },
	});
	expect(answer).toEqual({ status: 403, headers: { date: 'now' }, body: '{"a":1}' });
	expect(sent).toEqual([
		{
			...QUESTION,
			timeout: 10_000,
			encoding: 'text',
			disableFollowRedirect: true,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
		},
	]);
});

test('a host that refuses the address says so; any other error keeps its code', async () => {
	class SsrfBlockedIpError extends Error {}
	const { context } = host(new SsrfBlockedIpError('10.0.0.1'));
	await expect(askThroughHost(context)(QUESTION)).rejects.toMatchObject({
		code: 'ERR_DESTINATION_REFUSED',
	});
	const gone = Object.assign(new Error('x'), { code: 'ENOTFOUND' });
	await expect(askThroughHost(host(gone).context)(QUESTION)).rejects.toBe(gone);
});
