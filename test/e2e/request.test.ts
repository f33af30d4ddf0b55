import type { Execution } from '../../host/client.ts';
import { connect, httpRequest, inLine } from './host.ts';
import { prepareStage, SAMPLE_NAMES, type Stage } from './samples.ts';

const client = connect();
let stage: Stage;

beforeAll(async () => {
	stage = await prepareStage(client);
});
afterAll(() => stage.service.close());

describe.each(SAMPLE_NAMES)("n8n's own HTTP Request with %s", (name) => {
	const call = async (parameters: Record<string, unknown>): Promise<Execution> => {
		const { id, type, method, path } = stage.samples[name];
		const url = stage.service.url + path;
		const node = httpRequest(type, id, { url, method, ...parameters });
		return await client.runOnce(inLine(`HTTP Request, ${name}`, node));
	};

	test('is let in', async () => {
		const { status, data } = await call({});
		expect(messageOf(data)).toBe('');
		expect(status).toBe('success');
	});

	test('is let in with a JSON body', async () => {
		const { status, data } = await call({
			method: 'POST',
			sendBody: true,
			bodyParameters: { parameters: [{ name: 'colour', value: 'grün' }] },
		});
		expect(messageOf(data)).toBe('');
		expect(status).toBe('success');
		expect(JSON.parse(lastBody())).toMatchObject({ colour: 'grün' });
	});

	test('is let in with a form body', async () => {
		const { status, data } = await call({
			method: 'POST',
			sendBody: true,
			contentType: 'form-urlencoded',
			bodyParameters: { parameters: [{ name: 'colour', value: 'grün & rot' }] },
		});
		expect(messageOf(data)).toBe('');
		expect(status).toBe('success');
		expect(new URLSearchParams(lastBody()).get('colour')).toBe('grün & rot');
	});

	const lastBody = () => stage.service.received.at(-1)?.body ?? '';
});

/** Why a run failed; the empty string when it did not. */
const messageOf = ({ resultData }: Execution['data']): string => resultData.error?.message ?? '';
