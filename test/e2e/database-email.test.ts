import { createCanary, search, type Canary } from '../../host/canary.ts';
import type { NodeOnCanvas } from '../../host/client.ts';
import { Authority } from '../servers/certificates';
import { freePort } from '../servers/listen';
import { startMail } from '../servers/mail';
import { hasPostgres, startPostgres } from '../servers/postgres';
import { describeWith } from '../servers/required';
import { connect, httpRequest, inLine, messageOf, outputOf, sightings } from './host.ts';

/** A server, the credential for it, and its secret. */
interface Connection {
	fields: Record<string, unknown>;
	canary: Canary;
	stop(): Promise<void>;
}

const client = connect();
const authority = new Authority('Sealbox end-to-end servers');
const forLocalhost = authority.issue({ name: 'localhost' });

async function database(): Promise<Connection> {
	const server = await startPostgres(forLocalhost, authority);
	return {
		fields: {
			engine: 'postgres',
			host: 'localhost',
			port: server.port,
			database: 'app',
			user: 'sealbox',
			password: server.password,
			tls: 'verifyCa',
			ca: authority.certificate,
		},
		canary: { name: 'password of the database', value: server.password },
		stop: () => server.stop(),
	};
}

async function mail(): Promise<Connection> {
	const canary = createCanary('password of the mailbox');
	const user = 'ada@example.com';
	const server = await startMail(forLocalhost, { user, password: canary.value });
	return {
		fields: {
			host: 'localhost',
			port: server.port,
			tls: 'starttls',
			ca: authority.certificate,
			login: 'password',
			user,
			password: canary.value,
		},
		canary,
		stop: () => server.stop(),
	};
}

describeWith('PostgreSQL', hasPostgres)('Sealbox Database', () => {
	proveConnection('sealboxDatabaseApi', 'n8n-nodes-sealbox.sealboxDatabase', database);
});

describe('Sealbox Email', () => {
	proveConnection('sealboxSmtpApi', 'n8n-nodes-sealbox.sealboxEmail', mail);
});

function proveConnection(type: string, nodeType: string, start: () => Promise<Connection>): void {
	let connection: Connection;
	let id: string;

	beforeAll(async () => {
		connection = await start();
		id = await client.createCredential(type, type, connection.fields);
	});
	afterAll(() => connection?.stop());

	const testWith = async (changes: object) =>
		await client.testCredential(id, type, type, { ...connection.fields, ...changes });

	const node = (credential: string): NodeOnCanvas => ({
		name: 'Test',
		type: nodeType,
		typeVersion: 1,
		parameters: { operation: 'testConnection' },
		credentials: { [type]: { id: credential, name: type } },
	});

	test('the credential passes its test on a real server', async () => {
		expect(await testWith({})).toMatchObject({ status: 'OK' });
	});

	test.each<[string, () => Promise<object>]>([
		['a wrong password', async () => ({ password: createCanary('wrong').value })],
		['a port where nobody listens', async () => ({ port: await freePort() })],
		['another certificate authority', async () => ({ ca: new Authority('Other').certificate })],
		['a certificate that is none', async () => ({ ca: 'not a certificate' })],
		['an empty host', async () => ({ host: '' })],
	])('the credential fails its test with %s, in a sentence', async (_what, changes) => {
		const wrong = await changes();
		const { status, message } = await testWith(wrong);
		expect(status).toBe('Error');
		expect(message).toMatch(/[A-Z].{20,}\.$/s);
		const { password = 'not among the changes' } = wrong as { password?: string };
		const typed = { name: 'wrong password', value: password };
		expect(search([connection.canary, typed], 'message', message)).toEqual([]);
	});

	test('the node reports the connection', async () => {
		const execution = await client.runOnce(inLine(type, node(id)));
		expect(messageOf(execution)).toBe('');
		expect(outputOf(execution, 'Test')).toHaveLength(1);
	});

	test('the node says in a sentence why it was refused', async () => {
		const fields = { ...connection.fields, password: createCanary('wrong').value };
		const wrong = await client.createCredential(`wrong ${type}`, type, fields);
		const execution = await client.runOnce(inLine(type, node(wrong)));
		expect(execution.status).toBe('error');
		expect(messageOf(execution)).toMatch(/[A-Z].{20,}\.$/s);
	});

	test('the credential is refused to nodes of other packages', async () => {
		const stranger = httpRequest(type, id, { url: 'http://127.0.0.1:9/' });
		await expect(client.createWorkflow(inLine(type, stranger))).rejects.toThrow(/restricted/);
	});

	test('the password is nowhere in clear, and not in the form that is opened again', async () => {
		const answer = JSON.stringify(await client.readCredential(id));
		expect(search([connection.canary], 'credential', answer)).toEqual([]);
		expect(sightings([connection.canary], client)).toEqual([]);
	});
}
