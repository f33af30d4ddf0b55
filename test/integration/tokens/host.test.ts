import { generateKeyPairSync, verify } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasPostgres, query, startPostgres } from '../../../host/servers/postgres.ts';
import { openTokens } from '../../../src/host/tokens/hostTokens';
import { describeWith } from '../../servers/required';
import { tokens, TokenService } from '../../servers/tokenService';
import { refusalOf } from './room';

/** The tokens of an n8n, by its environment. */

let service: TokenService;
let folder: string;
let env: Record<string, string>;

beforeEach(async () => {
	service = await new TokenService().start();
	folder = mkdtempSync(join(tmpdir(), 'sealbox-user-'));
	env = { N8N_USER_FOLDER: folder, N8N_ENCRYPTION_KEY: 'a key of n8n' };
});
afterEach(async () => {
	await service.stop();
	rmSync(folder, { recursive: true });
});

const fields = (changes: object = {}) => ({
	grantType: 'refreshToken',
	accessTokenUrl: service.tokenUrl,
	clientId: 'app',
	clientSecret: 'secret',
	authentication: 'header',
	refreshToken: 'first',
	...changes,
});

test('two processes of one n8n share a grant; another refresh token is another grant', async () => {
	const [one, other] = [await openTokens(env), await openTokens(env)];
	expect(await one.tokenOf(fields(), undefined)).toBe('access-1');
	expect(await other.tokenOf(fields(), undefined)).toBe('access-1');
	expect(await other.tokenOf(fields({ refreshToken: 'second' }), undefined)).toBe('access-2');
	expect(await one.tokenOf(fields(), 'access-1')).toBe('access-3');
	expect(service.asked.map(({ body }) => body.get('refresh_token'))).toEqual([
		'first',
		'second',
		'refresh-1',
	]);
});

test('a process with another root key is refused, and told what to set', async () => {
	await (await openTokens(env)).tokenOf(fields(), undefined);
	const others = [
		{ N8N_ENCRYPTION_KEY: 'another key' },
		{ SEALBOX_ROOT_KEY: 'a root key of its own, with 32 characters' },
	];
	for (const other of others) {
		const refusal = await refusalOf(openTokens({ ...env, ...other }));
		expect(refusal.code).toBe('ERR_KEY_UNKNOWN');
		expect(refusal.message).toMatch(/SEALBOX_ROOT_KEY_FILE or N8N_ENCRYPTION_KEY/);
	}
	expect((await refusalOf(openTokens({ N8N_USER_FOLDER: folder }))).message).toMatch(
		/N8N_ENCRYPTION_KEY/,
	);
});

test('a root key of its own takes the place of the encryption key, and neither opens what the other sealed', async () => {
	const file = join(folder, 'root.key');
	writeFileSync(file, 'a root key of its own, with 32 characters\n');
	const withFile = { ...env, SEALBOX_ROOT_KEY_FILE: file };
	expect(await (await openTokens(withFile)).tokenOf(fields(), undefined)).toBe('access-1');
	const inWords = { ...env, SEALBOX_ROOT_KEY: readFileSync(file, 'utf8') };
	expect(await (await openTokens(inWords)).tokenOf(fields(), undefined)).toBe('access-1');
	expect((await refusalOf(openTokens(env))).code).toBe('ERR_KEY_UNKNOWN');
});

const partIn = (part: string) =>
	JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;

test('a signed statement is made anew each time, for the token endpoint, and its key signs it', async () => {
	const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
	service.answers = [tokens(1, { expires_in: 1 }), tokens(2)];
	const statement = fields({
		grantType: 'jwtBearer',
		privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }),
		algorithm: 'RS256',
		issuer: 'robot@example.com',
		keyId: 'k1',
	});
	const all = await openTokens(env);
	await all.tokenOf(statement, undefined);
	await all.tokenOf(statement, 'access-1');
	const [first, second] = service.asked.map(({ body }) => {
		const [head, payload, signature] = (body.get('assertion') ?? '').split('.');
		const bytes = Buffer.from(signature, 'base64url');
		expect(verify('sha256', Buffer.from(`${head}.${payload}`), publicKey, bytes)).toBe(true);
		return { head: partIn(head), payload: partIn(payload) };
	});
	expect(first.payload).toMatchObject({ iss: 'robot@example.com', aud: service.tokenUrl });
	expect(first.head).toMatchObject({ kid: 'k1', alg: 'RS256' });
	expect(first.payload.jti).not.toBe(second.payload.jti);
});

test('a token is exchanged for another one, for each subject, as RFC 8693 has it', async () => {
	const exchange = (changes: object) =>
		fields({
			grantType: 'tokenExchange',
			subjectTokenType: 'access_token',
			requestedTokenType: 'urn:example:token-type:badge',
			targetAudience: 'billing',
			resource: 'https://billing.example.com/',
			scope: 'read',
			...changes,
		});
	const all = await openTokens(env);
	const ada = exchange({ subjectToken: 'token of Ada' });
	expect(await all.tokenOf(ada, undefined)).toBe('access-1');
	expect(await all.tokenOf(ada, undefined)).toBe('access-1');
	const bob = exchange({ subjectToken: 'token of Bob', subjectTokenType: 'jwt' });
	expect(await all.tokenOf(bob, undefined)).toBe('access-2');
	const [first, second] = service.asked.map(({ body }) => Object.fromEntries(body));
	expect(first).toEqual({
		grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
		subject_token: 'token of Ada',
		subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
		requested_token_type: 'urn:example:token-type:badge',
		audience: 'billing',
		resource: 'https://billing.example.com/',
		scope: 'read',
	});
	expect(second?.subject_token_type).toBe('urn:ietf:params:oauth:token-type:jwt');
});

describeWith('PostgreSQL', hasPostgres)('in queue mode', () => {
	test("n8n's own PostgreSQL is used, in a schema of its own, and holds no token in clear", async () => {
		const server = await startPostgres();
		const queue = { EXECUTIONS_MODE: 'queue', DB_TYPE: 'postgresdb' };
		const database = {
			DB_POSTGRESDB_HOST: '127.0.0.1',
			DB_POSTGRESDB_PORT: String(server.port),
			DB_POSTGRESDB_DATABASE: 'postgres',
			DB_POSTGRESDB_USER: 'postgres',
		};
		const all = await openTokens({ ...env, ...queue, ...database });
		expect(await all.tokenOf(fields(), undefined)).toBe('access-1');
		const rows = await query(server.port, 'SELECT key, value FROM sealbox.record');
		expect(rows.map(([key]) => key).sort()).toEqual([
			'root-key',
			expect.stringMatching(/^token\/[0-9a-f]{32}$/),
		]);
		expect(JSON.stringify(rows)).not.toMatch(/access-1|refresh-1|first/);
		await server.stop();
	});
});
