import type { IExecuteFunctions, INode, INodeExecutionData } from 'n8n-workflow';
import { inspect } from 'node:util';
import { SealboxDatabase } from '../../nodes/SealboxDatabase/SealboxDatabase.node';
import { SealboxEmail } from '../../nodes/SealboxEmail/SealboxEmail.node';
import { startLoudMysql, startLoudPostgres, startLoudSmtp } from '../servers/hostile';
import { freePort } from '../servers/listen';

const CANARY = 'canary-node-9Fk3Xa';

const NODE: INode = {
	id: '1',
	name: 'Under test',
	type: 'sealbox',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

interface Run {
	credentials: (object | Error)[];
	continueOnFail?: boolean;
}

/** As much of the host as the nodes ask for; anything else they might ask for is an error. */
function host(type: string, { credentials, continueOnFail = false }: Run): IExecuteFunctions {
	const known: Partial<IExecuteFunctions> = {
		getInputData: () => credentials.map(() => ({ json: {} })),
		getNode: () => NODE,
		getNodeParameter: (() => 'testConnection') as never,
		continueOnFail: () => continueOnFail,
		getCredentials: async (asked: string, index: number) => {
			if (asked !== type) throw new Error(`credential ${asked} is not of this node`);
			const credential = credentials[index];
			if (credential instanceof Error) throw credential;
			return await Promise.resolve(structuredClone(credential) as never);
		},
		helpers: {
			getSSHClient: async () => await Promise.reject(new Error('no SSH in this test')),
		} as never,
	};
	return new Proxy(known, {
		get(target, name) {
			if (name in target) return target[name as keyof typeof target];
			throw new Error(`the node asked the host for ${String(name)}`);
		},
	}) as IExecuteFunctions;
}

const databaseAt = (port: number, change: object = {}) => ({
	engine: 'postgres',
	host: '127.0.0.1',
	port,
	database: 'app',
	user: 'ada',
	password: CANARY,
	tls: 'off',
	connectTimeout: 1000,
	...change,
});
const mailAt = (port: number) => ({
	host: '127.0.0.1',
	port,
	tls: 'none',
	login: 'password',
	user: 'ada',
	password: CANARY,
	connectTimeout: 1000,
});

const NODES = [
	['sealboxDatabaseApi', new SealboxDatabase(), databaseAt],
	['sealboxSmtpApi', new SealboxEmail(), mailAt],
] as const;

describe.each(NODES)('the node of %s', (type, node, fieldsAt) => {
	const run = async (options: Run): Promise<INodeExecutionData[]> =>
		(await node.execute.call(host(type, options)))[0] as INodeExecutionData[];
	const press = async (data: object | undefined) => {
		const [test] = Object.values(node.methods.credentialTest) as ((
			this: unknown,
			credential: object,
		) => Promise<{ status: string; message: string }>)[];
		return await test?.call({ helpers: {} }, { id: '1', name: 'n', type, data });
	};
	const server = async () =>
		type === 'sealboxSmtpApi'
			? await startLoudSmtp(CANARY, { AUTH: `235 ${CANARY}\r\n` })
			: await startLoudPostgres(CANARY, 'welcome');
	const angry = async () =>
		type === 'sealboxSmtpApi' ? await startLoudSmtp(CANARY) : await startLoudMysql(CANARY);
	const angryFields = (port: number) => ({ ...fieldsAt(port), engine: 'mysql' });

	test('is described as a node that keeps its credential from agents and from other packages', () => {
		expect(Object.keys(node.description)).toContain('usableAsTool');
		expect(node.description.usableAsTool).toBeUndefined();
		expect(node.description.credentials).toEqual([
			{ name: type, required: true, testedBy: Object.keys(node.methods.credentialTest)[0] },
		]);
	});

	test('reports each item and pairs it', async () => {
		const { port, close } = await server();
		const items = await run({ credentials: [fieldsAt(port), fieldsAt(port)] });
		await close();
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
		for (const { json } of items)
			expect(json).toMatchObject({ ok: true, tls: { encrypted: false } });
		expect(inspect(items, { depth: 9 })).not.toContain(CANARY);
	});

	test('tries equal credentials once, so that a wrong password locks no account', async () => {
		const { port, close, ...server_ } = await angry();
		let connections = 0;
		const items = await run({
			credentials: Array.from({ length: 5 }, () => angryFields(port)),
			continueOnFail: true,
		});
		if ('heard' in server_) {
			const logins = (server_.heard as string[]).filter((line) => !/^(EHLO|QUIT)/.test(line));
			connections = logins.length;
		}
		await close();
		expect(connections).toBe(1);
		expect(items).toHaveLength(5);
	});

	test('a failing item in the middle costs no other', async () => {
		const good = await server();
		const bad = await angry();
		const items = await run({
			credentials: [fieldsAt(good.port), angryFields(bad.port), fieldsAt(good.port)],
			continueOnFail: true,
		});
		await Promise.all([good.close(), bad.close()]);
		expect(items.map(({ json }) => json.ok)).toEqual([true, undefined, true]);
		expect(items[1]).toEqual({
			json: {
				error: expect.stringContaining('User and Password'),
				details: { code: 'ERR_LOGIN_REFUSED' },
			},
			pairedItem: { item: 1 },
		});
		expect(inspect(items, { depth: 9 })).not.toContain(CANARY);
	});

	test('a failure ends the run with our sentence, the item and no trace of the password', async () => {
		const bad = await angry();
		const error = await run({ credentials: [angryFields(bad.port)] }).catch((e: unknown) => e);
		await bad.close();
		expect(error).toMatchObject({
			name: 'NodeOperationError',
			message: expect.stringContaining('User and Password'),
			context: { itemIndex: 0 },
		});
		expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(CANARY);
		expect(JSON.stringify(error)).not.toContain(CANARY);
	});

	test('what the host says about an unreadable credential is not passed on', async () => {
		const items = await run({ credentials: [new Error(CANARY)], continueOnFail: true });
		expect(items[0]?.json.error).toContain('could not be read');
		expect(JSON.stringify(items)).not.toContain(CANARY);
	});

	test('Test says OK with what it found, and never throws', async () => {
		const { port, close } = await server();
		expect(await press(fieldsAt(port))).toEqual({
			status: 'OK',
			message: expect.stringMatching(/^Connected .*without TLS\./),
		});
		await close();
		const hopeless = [{}, undefined, { host: { a: 1 }, port: null }, fieldsAt(await freePort())];
		for (const data of hopeless) {
			expect(await press(data)).toEqual({
				status: 'Error',
				message: expect.stringMatching(/^[A-Z].*\.$/),
			});
		}
	});

	test('Test against a server that repeats the password does not repeat it', async () => {
		const bad = await angry();
		const answer = await press(angryFields(bad.port));
		await bad.close();
		expect(answer?.status).toBe('Error');
		expect(answer?.message).not.toContain(CANARY);
	});
});
