import { createCanary, type Canary } from '../../../host/canary.ts';
import { startHost, type Host } from '../../../host/host.ts';
import { startHostile, type Hostile } from '../guard/service.ts';
import { call, inLine, START } from '../guard/nodes.ts';

/** A restart, and what is done before it, may take a while on a busy machine. */
const WITHIN_MS = 300_000;

let service: Hostile;

beforeAll(async () => {
	service = await startHostile();
});
afterAll(() => service.close());

/** Makes a credential with a fresh secret, and runs a workflow in which a service echoes it. */
async function runEcho(host: Host): Promise<{ status: string; canary: Canary }> {
	const canary = createCanary('secret');
	const fields = { name: 'X-Key', value: canary.value };
	const id = await host.client.createCredential('Header', 'httpHeaderAuth', fields);
	const key = { type: 'httpHeaderAuth', id, name: 'Header' };
	const nodes = inLine([START], call(`${service.url}/echo`, key));
	const { status } = await host.client.runOnce({ name: 'Echo', ...nodes });
	return { status, canary };
}

const sentencesOf = (host: Host) =>
	host
		.log()
		.split('\n')
		.filter((line) => line.includes('Sealbox guard'));

describe('a host that lacks a seam', () => {
	let host: Host;
	beforeAll(async () => {
		host = await startHost({
			mode: 'regular',
			guard: true,
			env: { SEALBOX_GUARD_WITHOUT: 'records' },
		});
	}, WITHIN_MS);
	afterAll(() => host.stop());

	test('n8n starts, and one sentence says what is not protected', () => {
		const [on, ...others] = sentencesOf(host);
		expect(on).toMatch(/^Sealbox guard is on: .* of n8n [\d.]+ are in force\.$/);
		expect(others).toEqual([
			'Sealbox guard: "records" is not in force (it is switched off). Stored executions hold secrets as n8n writes them.',
		]);
	});

	test('workflows run, and the other seams still protect', async () => {
		const { status, canary } = await runEcho(host);
		expect(status).toBe('success');
		const places = (await host.sightings([canary])).map(({ where }) => where);
		// The drill itself: what is not sealed is found in the database, and nowhere but what reads it.
		expect(places.some((place) => place.startsWith('table execution_data'))).toBe(true);
		expect(places.filter((place) => place === 'push')).toEqual([]);
	});

	test(
		'n8n refuses to start with that sentence when the guard is required',
		async () => {
			const refused = host.restart('stop', {
				env: { SEALBOX_GUARD_WITHOUT: 'records', SEALBOX_GUARD: 'required' },
			});
			await expect(refused).rejects.toThrow(/stopped while starting/);
			expect(sentencesOf(host).at(-1)).toMatch(
				/Sealbox guard is required .*Stored executions hold secrets as n8n writes them\. Update the guard/,
			);
		},
		WITHIN_MS,
	);

	test(
		'with all seams in force n8n starts with the guard required, and nothing is left behind',
		async () => {
			await host.restart('stop', { env: { SEALBOX_GUARD: 'required' } });
			expect(sentencesOf(host).at(-1)).toMatch(/all \d+ seams of n8n .* It is required\.$/);
			const { status, canary } = await runEcho(host);
			expect(status).toBe('success');
			expect(await host.sightings([canary])).toEqual([]);
		},
		WITHIN_MS,
	);
});
