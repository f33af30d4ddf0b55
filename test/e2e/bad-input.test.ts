import { createCanary, search } from '../../host/canary.ts';
import type { Execution, NodeOnCanvas } from '../../host/client.ts';
import { echo, slow } from '../../host/services/routes.ts';
import { startService, type Service } from '../../host/services/service.ts';
import { connect, inLine, messageOf, outputOf, sealboxRequest, sightings } from './host.ts';
import { prepareStage, SAMPLE_NAMES, type Stage } from './samples.ts';

const client = connect();
const token = createCanary('token');

/** Begins like a sentence and ends like one, and says more than that something is wrong. */
const SENTENCE = /^[A-Z"].{20,}[.!]$/s;

describe('Sealbox Request', () => {
	let service: Service;
	let credential: string;

	beforeAll(async () => {
		service = await startService({ '/echo': echo, '/slow': slow(3_000) });
		credential = await client.createCredential('Token', 'sealboxBearerApi', { token: token.value });
	});
	afterAll(() => service?.close());

	/** The middle one of three items has the bad parameters; `good` is what the others call. */
	async function runThree(bad: Record<string, unknown>, onError?: NodeOnCanvas['onError']) {
		const good = `${service.url}/echo`;
		const perItem = Object.entries({ url: good, ...bad }).map(([name, value]) => [
			name,
			onlySecond(value, name === 'url' ? good : GOOD[name]),
		]);
		const parameters = { ...SWITCHES, ...Object.fromEntries(perItem) };
		const node = { ...sealboxRequest('sealboxBearerApi', credential, parameters), onError };
		const workflow = inLine('Bad input', node);
		return await client.runOnce({ ...workflow, pinData: { Start: THREE } });
	}

	test.each<[string, Record<string, unknown>]>([
		['an empty URL', { url: '' }],
		['a URL that is none', { url: 'not a url' }],
		['a URL of another protocol', { url: 'ftp://example.com/file' }],
		['a file as the URL', { url: 'file:///etc/passwd' }],
		['a port where nobody listens', { url: 'http://127.0.0.1:9/' }],
		['a host that does not exist', { url: 'http://sealbox.invalid/' }],
		['broken JSON in the body', { jsonBody: '{"colour": ' }],
		['broken JSON in the query', { jsonQuery: '{"colour": ' }],
		['broken JSON in the headers', { jsonHeaders: '{"colour": ' }],
		['a header name with a space', { jsonHeaders: '{"a b": "c"}' }],
		['a header value with a line break', { jsonHeaders: '{"x-a": "b\\r\\nx-c: d"}' }],
	])('says in a sentence what is wrong with %s, and loses no other item', async (_what, bad) => {
		const stopped = await runThree(bad);
		expect(stopped.status).toBe('error');
		expect(messageOf(stopped)).toMatch(SENTENCE);

		const went = await runThree(bad, 'continueRegularOutput');
		expect(went.status).toBe('success');
		const [first, second, third] = outputOf(went, 'Sealbox Request');
		expect(first).toHaveProperty('headers');
		expect(third).toHaveProperty('headers');
		expect(errorIn(second)).toMatch(SENTENCE);
		expect(findings(stopped, went)).toEqual([]);
	});

	test('says in a sentence that a service takes too long', async () => {
		const parameters = { url: `${service.url}/slow`, options: { timeout: 300 } };
		const node = sealboxRequest('sealboxBearerApi', credential, parameters);
		const execution = await client.runOnce(inLine('Slow', node));
		expect(messageOf(execution)).toMatch(SENTENCE);
		expect(findings(execution)).toEqual([]);
	});

	test('leaves the token nowhere', () => expect(sightings([token], client)).toEqual([]));
});

const THREE = [{ json: { n: 1 } }, { json: { n: 2 } }, { json: { n: 3 } }];

/** What a parameter is for the two other items. */
const GOOD: Record<string, string> = { jsonBody: '{}', jsonQuery: '{}', jsonHeaders: '{}' };

const SWITCHES = {
	method: 'POST',
	sendBody: true,
	specifyBody: 'json',
	jsonBody: '{}',
	sendQuery: true,
	specifyQuery: 'json',
	jsonQuery: '{}',
	sendHeaders: true,
	specifyHeaders: 'json',
	jsonHeaders: '{}',
	options: { retry: { retry: { maxTries: 1 } } },
};

const onlySecond = (bad: unknown, good: unknown) =>
	`={{ $json.n === 2 ? ${JSON.stringify(bad)} : ${JSON.stringify(good)} }}`;

const errorIn = (item: Record<string, unknown>): string =>
	typeof item.error === 'string' ? item.error : (item.error as { message: string }).message;

const findings = (...executions: Execution[]) =>
	executions.flatMap(({ raw }) => search([token], 'execution', raw));

describe.each(SAMPLE_NAMES)('the form of %s', (name) => {
	let stage: Stage;

	beforeAll(async () => {
		stage = await prepareStage(client);
	});
	afterAll(() => stage?.service.close());

	const testWith = async (changes: Record<string, unknown>) => {
		const { id, type, fields } = stage.samples[name];
		const data = { ...fields(stage.service.url), ...changes };
		return await client.testCredential(id, name, type, data);
	};

	test.each<[string, (secret: string) => unknown]>([
		['nothing', () => ''],
		['blanks', () => '   '],
		['a line break', (secret) => `${secret}\r\nX-Evil: 1`],
		['a text of 100,000 letters', (secret) => secret.repeat(4_000).slice(0, 100_000)],
		['a number', () => 12345],
		['a list', (secret) => [secret]],
	])('answers %s in a secret field in a sentence without the value', async (_what, make) => {
		const secret = createCanary('what was typed', 'plain');
		const [field] = Object.keys(stage.samples[name].wrong);
		const { status, message } = await testWith({ [field]: make(secret.value) });
		expect(status).toBe('Error');
		expect(message).toMatch(SENTENCE);
		expect(search([secret], 'message', message)).toEqual([]);
		expect(sightings([secret], client)).toEqual([]);
	});

	test.each([
		['is no URL', 'not a url'],
		['is a script', 'javascript:alert(1)'],
		['has a password in it', 'http://me:hunter2@127.0.0.1'],
		['has a query', 'http://127.0.0.1/?key=1'],
	])('answers a URL that %s in a sentence', async (_what, url) => {
		const field = name === 'Sealbox AWS' ? 'stsEndpoint' : 'baseUrl';
		const { status, message } = await testWith({ [field]: url });
		expect(status).toBe('Error');
		expect(message).toMatch(SENTENCE);
		expect(message).not.toContain('hunter2');
	});
});
