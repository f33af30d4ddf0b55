import { search, type Canary } from '../../host/canary.ts';
import type { Execution } from '../../host/client.ts';
import { connect, inLine, messageOf, outputOf, sealboxRequest, sightings } from './host.ts';
import { prepareStage, SAMPLE_NAMES, type Stage } from './samples.ts';

const client = connect();
let stage: Stage;

beforeAll(async () => {
	stage = await prepareStage(client);
});
afterAll(() => stage?.service.close());

describe.each(SAMPLE_NAMES)('what n8n stores of Sealbox Request with %s', (name) => {
	const call = async (id: string): Promise<Execution> => {
		const { type, method, path } = stage.samples[name];
		const node = sealboxRequest(type, id, { url: stage.service.url + path, method });
		return await client.runOnce(inLine(name, node));
	};

	test('is the answer of a service that echoes everything, without the secrets', async () => {
		const execution = await call(stage.samples[name].id);
		const [answer] = outputOf(execution, 'Sealbox Request');
		expect(answer).toMatchObject({
			target: expect.any(String),
			headers: { host: expect.any(String) },
		});
		const secrets = [...stage.samples[name].canaries, ...onTheWire()];
		expect(search(secrets, 'execution', execution.raw)).toEqual([]);
		expect(sightings(secrets, client)).toEqual([]);
	});

	test('is a sentence when the service refuses and echoes everything', async () => {
		const { type, fields, wrong } = stage.samples[name];
		const data = { ...fields(stage.service.url), ...wrong };
		const execution = await call(await client.createCredential(`wrong ${name}`, type, data));
		expect(execution.status).toBe('error');
		expect(messageOf(execution)).toMatch(/401.*\.$/s);
		const secrets = [...wrongOnes(wrong), ...stage.samples[name].canaries, ...onTheWire()];
		expect(sightings(secrets, client)).toEqual([]);
	});
});

const lastRequest = () => stage.service.received.at(-1)!;

/** What a credential made for the last request: a token, or a pair in base64. */
function onTheWire(): Canary[] {
	const [, made] = /^(?:Basic|Bearer) (.+)$/.exec(lastRequest().headers.authorization ?? '') ?? [];
	return made === undefined ? [] : [{ name: 'value of the Authorization header', value: made }];
}

/** Wrong values are somebody's secrets too. */
const wrongOnes = (wrong: Record<string, unknown>): Canary[] =>
	Object.values(wrong).map((value) => ({
		name: 'wrong value',
		// Of a key in several lines, the second: the first one begins alike in every key.
		value: String(value).split('\n')[2] ?? String(value),
	}));
