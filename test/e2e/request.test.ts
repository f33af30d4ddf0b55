import type { Execution } from '../../host/client.ts';
import { connect, httpRequest, inLine, messageOf, sealboxRequest } from './host.ts';
import { prepareStage, SAMPLE_NAMES, type Stage } from './samples.ts';

const client = connect();
let stage: Stage;

beforeAll(async () => {
	stage = await prepareStage(client);
});
afterAll(() => stage?.service.close());

type Parameters = Record<string, unknown>;

const JSON_BODY: Parameters = {
	method: 'POST',
	sendBody: true,
	contentType: 'json',
	bodyParameters: { parameters: [{ name: 'colour', value: 'grün' }] },
};

const FORM_BODY: Parameters = {
	method: 'POST',
	sendBody: true,
	contentType: 'form-urlencoded',
	bodyParameters: { parameters: [{ name: 'colour', value: 'grün & rot' }] },
};

const NODES = { "n8n's own HTTP Request": httpRequest, 'Sealbox Request': sealboxRequest };

describe.each(Object.entries(NODES))('%s', (_node, build) => {
	describe.each(SAMPLE_NAMES)('with %s', (name) => {
		const call = async (parameters: Parameters): Promise<Execution> => {
			const { id, type, method, path } = stage.samples[name];
			const url = stage.service.url + path;
			return await client.runOnce(inLine(name, build(type, id, { url, method, ...parameters })));
		};

		test('is let in', async () => {
			expect(messageOf(await call({}))).toBe('');
		});

		test('is let in with a query', async () => {
			const parameters = [{ name: 'q', value: 'ä b+c/d' }];
			const execution = await call({ sendQuery: true, queryParameters: { parameters } });
			expect(messageOf(execution)).toBe('');
			expect(lastRequest().query.q).toBe('ä b+c/d');
		});

		test('is let in with a JSON body', async () => {
			expect(messageOf(await call(JSON_BODY))).toBe('');
			expect(JSON.parse(lastRequest().body)).toMatchObject({ colour: 'grün' });
		});

		test('is let in with a form body', async () => {
			expect(messageOf(await call(FORM_BODY))).toBe('');
			expect(new URLSearchParams(lastRequest().body).get('colour')).toBe('grün & rot');
		});
	});
});

const lastRequest = () => stage.service.received.at(-1)!;
