import type { IWebhookFunctions } from 'n8n-workflow';
import { createCanary } from '../../host/canary';
import { credentialOf } from '../../src/host/triggerCredentials';

const TYPE = 'sealboxWebhookApi';
let workflows = 0;

/** A trigger in an n8n that counts how often it gives the fields of its credential. */
function openTrigger(stored: Record<string, unknown>) {
	workflows += 1;
	const workflow = { id: `w${workflows}` };
	const node = {
		id: 'n1',
		type: 'n8n-nodes-sealbox.sealboxWebhookTrigger',
		parameters: {},
		credentials: { [TYPE]: { id: 'c1', name: 'Partner' } },
	};
	const host = { stored, mode: 'webhook', refuses: false, asked: 0, beforeGiving: () => {} };
	const refused = () => Promise.reject(new Error('Credentials not found'));
	const credentialsHelper = {
		isCredentialUsableByNode: () => true,
		getCredentials: async () =>
			host.refuses ? await refused() : await Promise.resolve({ data: JSON.stringify(host.stored) }),
		getDecrypted: async () =>
			host.refuses ? await refused() : await Promise.resolve({ ...host.stored }),
	};
	const context = {
		additionalData: { credentialsHelper },
		node,
		mode: 'webhook',
		getMode: () => host.mode,
		getNode: () => node,
		getWorkflow: () => workflow,
		getCredentials: async () => {
			host.asked += 1;
			host.beforeGiving();
			return host.refuses
				? await refused()
				: await Promise.resolve({ ...host.stored, resolved: host.asked });
		},
	};
	const read = () => credentialOf(context as unknown as IWebhookFunctions, TYPE);
	return { host, node, read };
}

test('the host gives the fields of a credential once, until they change', async () => {
	const { host, read } = openTrigger({ secret: createCanary('old').value });
	const [first, second] = [await read(), await read()];
	expect(second).toEqual(first);
	expect(host.asked).toBe(1);
	const { value } = createCanary('new');
	host.stored = { secret: value };
	expect(await read()).toMatchObject({ secret: value });
	expect(host.asked).toBe(2);
});

test('of many requests at once the host gives the fields once', async () => {
	const { host, read } = openTrigger({ secret: createCanary('shared').value });
	const all = await Promise.all(Array.from({ length: 8 }, read));
	expect(new Set(all).size).toBe(1);
	expect(host.asked).toBe(1);
});

test('who waits for fields that change meanwhile asks for them itself', async () => {
	const { host, read } = openTrigger({ secret: createCanary('before').value });
	const after = { secret: createCanary('after').value };
	host.beforeGiving = () => (host.stored = after);
	const all = await Promise.all([read(), read()]);
	expect(all).toEqual([
		{ ...after, resolved: 1 },
		{ ...after, resolved: 2 },
	]);
});

test('who waits for fields that cannot be given asks for them itself', async () => {
	const { host, read } = openTrigger({ secret: createCanary('late').value });
	host.beforeGiving = () => (host.refuses = host.asked === 1);
	const [first, second] = await Promise.allSettled([read(), read()]);
	expect(first.status).toBe('rejected');
	expect(second).toMatchObject({ value: { resolved: 2 } });
});

test('fields that were given in a test are given anew', async () => {
	const { host, read } = openTrigger({ secret: createCanary('mode').value });
	host.mode = 'manual';
	await read();
	host.mode = 'webhook';
	expect(await read()).toMatchObject({ resolved: 2 });
});

test('what could not be given is asked for again', async () => {
	const { host, read } = openTrigger({ secret: createCanary('again').value });
	host.beforeGiving = () => (host.refuses = true);
	await expect(read()).rejects.toThrow('Credentials not found');
	Object.assign(host, { refuses: false, beforeGiving: () => {} });
	expect(await read()).toMatchObject({ resolved: 2 });
});

test('fields that are expressions are given for each request', async () => {
	const { host, read } = openTrigger({ secrets: { list: [{ value: '={{ $env.SECRET }}' }] } });
	await read();
	expect(await read()).toMatchObject({ resolved: 2 });
	expect(host.asked).toBe(2);
});

test('a credential that is taken away is refused, whatever was given before', async () => {
	const { host, read } = openTrigger({ secret: createCanary('gone').value });
	await read();
	host.refuses = true;
	await expect(read()).rejects.toThrow('Credentials not found');
});

test('another setting of the node asks the host again', async () => {
	const { host, node, read } = openTrigger({ secret: createCanary('kept').value });
	await read();
	node.parameters = { authentication: 'none' };
	await read();
	expect(host.asked).toBe(2);
});

test('what an operator sets for all credentials counts after a minute', async () => {
	const { host, read } = openTrigger({ secret: createCanary('late').value });
	await read();
	jest.useFakeTimers({ now: Date.now() + 61_000, doNotFake: ['nextTick', 'setImmediate'] });
	try {
		await read();
	} finally {
		jest.useRealTimers();
	}
	expect(host.asked).toBe(2);
});

test('a secret that was put in and taken back at once is not the one that counts', async () => {
	const earlier = { secret: createCanary('earlier').value };
	const { host, read } = openTrigger(earlier);
	host.beforeGiving = () => (host.stored = { secret: createCanary('undone').value });
	await read();
	host.beforeGiving = () => {};
	host.stored = earlier;
	expect(await read()).toMatchObject(earlier);
});
