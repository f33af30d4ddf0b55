import { createCanary, type Canary } from '../../host/canary.ts';
import { echo } from '../../host/services/routes.ts';
import { startService, type Service } from '../../host/services/service.ts';
import { connect, httpRequest, inLine, sightings } from './host.ts';

describe('the search for a secret', () => {
	const client = connect();
	let service: Service;

	beforeAll(async () => {
		service = await startService({ '/echo': echo });
	});
	afterAll(() => service.close());

	test('finds what plain n8n stores of a service that echoes its headers', async () => {
		const canary = createCanary('header value');
		const id = await client.createCredential('Plain header', 'httpHeaderAuth', {
			name: 'X-Key',
			value: canary.value,
		});
		const stored = await client.runOnce(
			inLine('Plain n8n', plainRequest(id, `${service.url}/echo`)),
		);
		expect(stored.status).toBe('success');
		const found = sightings([canary], client).map(({ where }) => where);
		expect(found).toContain('answers of the API');
		expect(found.some((where) => where.includes('database.sqlite'))).toBe(true);
	});

	test('finds nothing of a credential that is stored and not used', async () => {
		const canary: Canary = createCanary('token');
		await client.createCredential('Unused', 'sealboxBearerApi', { token: canary.value });
		expect(sightings([canary], client)).toEqual([]);
	});
});

const plainRequest = (id: string, url: string) => {
	const node = httpRequest('httpHeaderAuth', id, { url });
	node.parameters = {
		url,
		authentication: 'genericCredentialType',
		genericAuthType: 'httpHeaderAuth',
	};
	return node;
};
