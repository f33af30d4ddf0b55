import { search } from '../../host/canary.ts';
import { startService } from '../../host/services/service.ts';
import { connect, sightings } from './host.ts';
import { prepareStage, SAMPLE_NAMES, type Stage, type StoredSample } from './samples.ts';

const client = connect();
let stage: Stage;

beforeAll(async () => {
	stage = await prepareStage(client);
});
afterAll(() => stage?.service.close());

describe.each(SAMPLE_NAMES)('the credential %s', (credential) => {
	const sample = (): StoredSample => stage.samples[credential];

	const testWith = async (changes: Record<string, unknown>, url = stage.service.url) => {
		const { id, name, type, fields } = sample();
		return await client.testCredential(id, name, type, { ...fields(url), ...changes });
	};

	test('passes its test at the service', async () => {
		expect(await testWith({})).toMatchObject({ status: 'OK' });
	});

	test('passes its test as stored, when the form sends no secret back', async () => {
		const { id, name, type } = sample();
		const { data } = await client.readCredential(id);
		expect(await client.testCredential(id, name, type, data)).toMatchObject({ status: 'OK' });
	});

	test('fails its test with a value that the service refuses, in a sentence', async () => {
		const { status, message } = await testWith(sample().wrong);
		expect(status).toBe('Error');
		expect(message).toMatch(/\. .*\.$/s);
	});

	test('fails its test when nobody listens, in a sentence', async () => {
		const gone = await startService({});
		await gone.close();
		const { status, message } = await testWith({}, gone.url);
		expect(status).toBe('Error');
		expect(message).toMatch(/[A-Z].*\.$/s);
	});

	test('comes back from the API without its secrets', async () => {
		const { id, canaries } = sample();
		const answer = JSON.stringify(await client.readCredential(id));
		expect(search(canaries, 'credential', answer)).toEqual([]);
	});

	test('leaves its secrets nowhere in clear', () => {
		expect(sightings(sample().canaries, client)).toEqual([]);
	});
});
