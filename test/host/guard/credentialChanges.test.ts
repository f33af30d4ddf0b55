import { CredentialChanges } from '../../../src/host/guard/credentialChanges';
import type { Host } from '../../../src/host/guard/host';
import { guardWith, Recorded } from './parts';

type Row = { id: string; type: string; data: string; fields: Record<string, unknown> };
type Told = { user: { id: string }; credentialId: string };

/** A host whose database and event emitter are a test's. */
async function scene(...rows: Row[]) {
	const recorded = new Recorded();
	const listeners = new Map<string, (told: Told) => void>();
	const credentials = {
		stored: async ({ id, data }: Partial<Row>) =>
			rows.find((row) => row.id === id || row.data === data) ?? null,
		decryptedOrNull: async ({ fields }: Row) => fields,
		viewOf: () => ({
			name: 'someApi',
			properties: [{ name: 'apiKey', type: 'string', typeOptions: { password: true } }],
		}),
	};
	const host = {
		own: () => ({ EventService: class EventService {} }),
		classOf: (module: Record<string, unknown>, name: string) => module[name],
		service: () => ({
			on: (name: string, told: (event: Told) => void) => listeners.set(name, told),
		}),
	} as unknown as Host;
	const guard = await guardWith({ credentials, record: recorded.record });
	const changes = new CredentialChanges(host, guard);
	changes.listen();
	const tell = (name: string, credentialId: string) =>
		listeners.get(name)?.({ user: { id: 'ada' }, credentialId });
	return { changes, recorded, rows, tell };
}

const row = (fields: Record<string, unknown> = { apiKey: 'sk-proj-4f9a0b2c' }): Row => ({
	id: 'c1',
	type: 'someApi',
	data: 'ciphertext',
	fields,
});

test('a new credential is on record under the id that it got, with who made it', async () => {
	const { changes, recorded, tell } = await scene(row());
	changes.announce('created', { id: null, name: 'n', type: 'someApi', data: 'ciphertext' });
	tell('credentials-created', 'c1');
	await changes.settle();
	expect(recorded.events).toEqual(['credential.created credential=c1 type=someApi by=ada']);
});

test('a credential that was refused after all is not on record', async () => {
	const { changes, recorded } = await scene();
	changes.announce('created', { id: null, type: 'someApi', data: 'ciphertext' });
	await changes.settle();
	expect(recorded.events).toEqual([]);
});

test('a deletion is on record once it is done, after what came before it', async () => {
	const { changes, recorded, rows, tell } = await scene(row());
	changes.announce('updated', { id: 'c1', type: 'someApi', data: 'ciphertext' });
	await changes.announceDeletion('c1');
	rows.length = 0;
	tell('credentials-deleted', 'c1');
	await changes.settle();
	expect(recorded.events).toEqual([
		'credential.updated credential=c1 type=someApi',
		'credential.deleted credential=c1 by=ada',
	]);
});

test('a deletion that was refused is not on record', async () => {
	const { changes, recorded } = await scene(row());
	await changes.announceDeletion('c1');
	await changes.settle();
	expect(recorded.events).toEqual([]);
});

test('a new value that is plainly wrong is reported by its field, without the value', async () => {
	const { changes, recorded } = await scene(row({ apiKey: ' <your-api-key>' }));
	changes.announce('updated', { id: 'c1', type: 'someApi', data: 'ciphertext' });
	await changes.settle();
	expect(recorded.events[1]).toMatch(/^credential\.implausible credential=c1 field=apiKey why=It /);
	expect(recorded.events.join()).not.toContain('your-api-key');
});
