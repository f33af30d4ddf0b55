import { secretsOf } from '../../../../src/host/guard/learn/secretsOf';
import type { CredentialView, PropertyView } from '../../../../src/host/guard/learn/shapes';

const typeWith = (...properties: PropertyView[]): CredentialView => ({ name: 'anApi', properties });
const text = (name: string): PropertyView => ({ name, type: 'string' });
const password = (name: string): PropertyView => ({
	...text(name),
	typeOptions: { password: true },
});

/** `field=value` of each, in their order. */
const learned = (type: CredentialView | undefined, data: Record<string, unknown>): string[] =>
	secretsOf(type, data).secrets.map(({ field, value }) => `${field}=${value}`);

const base64 = (login: string): string => Buffer.from(login).toString('base64');

describe('fields of a known type', () => {
	test('a password field is learned, its neighbours are not', () => {
		const type = typeWith(text('host'), text('user'), password('secretKey'));
		const data = { host: 'db.example.com', user: 'ann', secretKey: 'k-4711' };
		expect(learned(type, data)).toEqual(['secretKey=k-4711']);
	});

	test('a mark on either of two properties of one name counts', () => {
		const type = typeWith(password('account'), { name: 'account', type: 'hidden' });
		expect(learned(type, { account: 'x-1' })).toEqual(['account=x-1']);
	});

	test('the session token of a pre-authentication is learned', () => {
		const type = typeWith({ name: 'session', type: 'hidden', typeOptions: { expirable: true } });
		expect(learned(type, { session: 's-1' })).toEqual(['session=s-1']);
	});

	test.each([
		'passphrase',
		'walletContent',
		'vendorAuthCode',
		'jwtToken',
		'X-Api-Key',
		'privateKeyPem',
		'session_id',
		'webhookUrl',
		'client_assertion',
	])('an unmarked field called %s is learned', (name) => {
		expect(learned(typeWith(text(name)), { [name]: 'v-1' })).toEqual([`${name}=v-1`]);
	});

	test.each([
		'accessTokenUrl',
		'clientId',
		'accessKeyId',
		'signatureMethod',
		'tokenType',
		'tokenExpiredStatusCode',
		'publicKey',
		'warehouse',
		'callbackUrl',
		'sslServerCertDN',
	])('an unmarked field called %s is not', (name) => {
		expect(learned(typeWith(text(name)), { [name]: 'value-1' })).toEqual([]);
	});

	test('choices and switches are no secrets, whatever they are called', () => {
		const type = typeWith({ name: 'token', type: 'options' }, { name: 'secret', type: 'boolean' });
		expect(learned(type, { token: 'inHeader', secret: true })).toEqual([]);
	});

	test('a password is learned although it is the default', () => {
		const type = typeWith(password('password'));
		expect(learned(type, { password: 'quest' })).toEqual(['password=quest']);
	});

	test('a marked number is learned', () => {
		expect(learned(typeWith(password('pin')), { pin: 4711 })).toEqual(['pin=4711']);
	});

	test('rows of a fixed collection are judged by their own properties', () => {
		const values = [text('name'), password('value')];
		const type = typeWith({
			name: 'headers',
			type: 'fixedCollection',
			options: [{ name: 'values', values }],
		});
		const data = { headers: { values: [{ name: 'X-Id', value: 'v-1' }] } };
		expect(learned(type, data)).toEqual(['headers.values.0.value=v-1']);
	});

	test('fields of a collection are judged by their own properties', () => {
		const type = typeWith({
			name: 'more',
			type: 'collection',
			options: [password('extra'), text('host')],
		});
		expect(learned(type, { more: { extra: 'e-1', host: 'h' } })).toEqual(['more.extra=e-1']);
	});

	test('JSON whose leaves the host hides is taken apart; formats stay known', () => {
		const type = typeWith({ name: 'json', type: 'json', typeOptions: { redactJsonLeaves: true } });
		const json = JSON.stringify({
			headers: { 'X-Thing': 'thing-1', 'Content-Type': 'application/json', Accept: '*/*' },
			qs: { tenant: 'acme', limit: 50, odd: 123456 },
			auth: { user: 'ann', pass: 'p-1' },
		});
		expect(learned(type, { json })).toEqual([
			'json.headers.X-Thing=thing-1',
			'json.qs.odd=123456',
			'json.auth.pass=p-1',
		]);
	});

	test('the markers of a template are no secrets', () => {
		const type = typeWith({ name: 'template', type: 'json' });
		const template = JSON.stringify({
			headers: { Authorization: 'Bearer {{token}}', 'X-Api-Key': 'k-1' },
		});
		expect(learned(type, { template })).toEqual(['template.headers.X-Api-Key=k-1']);
	});

	test('a key file in a password field is taken apart', () => {
		const type = typeWith(password('account'));
		const account = JSON.stringify({ client_email: 'a@b.example', private_key: 'pem-1' });
		expect(learned(type, { account })).toEqual(['account.private_key=pem-1']);
	});

	test('a password that begins like JSON is a password', () => {
		expect(learned(typeWith(password('p')), { p: '{hunter' })).toEqual(['p={hunter']);
	});
});

describe('grants', () => {
	const oauthTokenData = {
		access_token: 'at-1',
		refresh_token: 'rt-1',
		token_type: 'Bearer',
		scope: 'read write',
		expires_in: 3600,
		instance_url: 'https://eu1.example.com',
		authed_user: { id: 'U012', access_token: 'at-2' },
	};
	const expected = [
		'oauthTokenData.access_token=at-1',
		'oauthTokenData.refresh_token=rt-1',
		'oauthTokenData.authed_user.access_token=at-2',
	];

	test('tokens of a grant are learned, at any depth', () => {
		expect(learned(typeWith(), { oauthTokenData })).toEqual(expected);
	});

	test('a grant that is kept as text is read', () => {
		const data = { oauthTokenData: JSON.stringify(oauthTokenData) };
		expect(learned(typeWith(), data)).toEqual(expected);
	});
});

describe('a type that is not installed', () => {
	test('every text is a secret, unless it is plainly public', () => {
		const data = {
			anything: 'a-1',
			host: 'db.example.com',
			region: 'eu-west-1',
			userName: 'ann',
			useTls: 'true',
			count: 3,
			deep: { list: ['l-1'] },
		};
		expect(learned(undefined, data)).toEqual(['anything=a-1', 'deep.list.0=l-1']);
	});
});

describe('what stands inside a value', () => {
	test('the password of an address is learned, as written and decoded, and the whole of it', () => {
		const url = 'mongodb://app:p%40ss-1@db.example.com/x';
		expect(learned(typeWith(text('url')), { url })).toEqual([
			`url=${url}`,
			'url.password=p%40ss-1',
			'url.password=p@ss-1',
		]);
	});

	test.each(['https://example.com/@ann', 'ssh://git@example.com/x', 'ann@example.com'])(
		'%s has no password',
		(url) => {
			expect(learned(typeWith(text('url')), { url })).toEqual([]);
		},
	);

	test('a key in place of the user of an address is learned', () => {
		const url = 'https://a1b2c3d4e5f6a7b8@errors.example.com/4';
		expect(learned(typeWith(text('url')), { url })).toContain('url.password=a1b2c3d4e5f6a7b8');
	});

	test('secret parts of a query and of a connection string are learned', () => {
		const type = typeWith(text('url'), text('connection'));
		const data = {
			url: 'https://example.com/x?page=2&api_key=k%2D1',
			connection: 'Endpoint=https://x.example.com;AccountKey=abc==;Timeout=3',
		};
		expect(learned(type, data)).toEqual([
			'url.api_key=k%2D1',
			'url.api_key=k-1',
			'connection.AccountKey=abc==',
		]);
	});

	test('what follows a scheme is learned as well', () => {
		const type = typeWith(password('value'));
		expect(learned(type, { value: 'Bearer xyz' })).toEqual(['value=Bearer xyz', 'value=xyz']);
		expect(learned(type, { value: 'Token token="t-1"' })).toContain('value=t-1');
		expect(learned(type, { value: 'correct horse' })).toEqual(['value=correct horse']);
	});

	test('the login that a Basic header stands for is learned', () => {
		const value = `Basic ${base64('ann:p-1')}`;
		expect(learned(typeWith(password('value')), { value })).toEqual([
			`value=${value}`,
			`value=${base64('ann:p-1')}`,
			'value=ann:p-1',
			'value=p-1',
		]);
	});

	test('a private key and a signed token are secrets in any field', () => {
		const type = typeWith(text('certificate'), text('note'));
		const certificate = '-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----';
		const note = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl';
		expect(learned(type, { certificate, note })).toEqual([
			`certificate=${certificate}`,
			`note=${note}`,
		]);
	});
});

test('the address of an incoming webhook is a secret in any field', () => {
	const url = 'https://hooks.slack.com/services/T01/B02/x3';
	expect(learned(typeWith(text('url')), { url })).toEqual([`url=${url}`]);
	const own = 'https://n8n.example.com/webhook/4711';
	expect(learned(typeWith(text('url')), { url: own })).toEqual([]);
});

describe('what nobody needs to hide', () => {
	const pem = (label: string) => `-----BEGIN ${label}-----\nMIIBabc/+=\n-----END ${label}-----\n`;

	test('certificates and public keys are no secrets, even in a marked field', () => {
		const type = typeWith(password('ca'));
		expect(learned(type, { ca: pem('CERTIFICATE') + pem('CERTIFICATE') })).toEqual([]);
		expect(learned(type, { ca: pem('RSA PUBLIC KEY') })).toEqual([]);
	});

	test('a certificate with its private key is one', () => {
		const both = pem('CERTIFICATE') + pem('EC PRIVATE KEY');
		expect(learned(typeWith(password('cert')), { cert: both })).toEqual([`cert=${both}`]);
	});
});

describe('logins', () => {
	const type = typeWith(text('user'), password('password'));

	test('user and password are learned as the pair that travels', () => {
		expect(learned(type, { user: 'ann', password: 'postgres' })).toEqual([
			'password=postgres',
			'password=ann:postgres',
			`password=${base64('ann:postgres')}`,
		]);
	});

	test('a user without password is a secret only when it is a key', () => {
		expect(learned(type, { user: 'root', password: '' })).toEqual([]);
		expect(learned(type, { user: 'rk0123456789abcdef', password: '' })).toContain(
			'user=rk0123456789abcdef',
		);
	});
});

describe('what is no value', () => {
	test.each([
		['', 'nothing'],
		[' \n', 'blanks'],
		['={{ $secrets.vault.x }}', 'an expression'],
		['=Bearer {{ $secrets.vault.x }}', 'an expression in text'],
		['__n8n_BLANK_VALUE_e5362baf-c777-4d57-a609-6eaf1f9e87f6', "the editor's stand-in"],
	])('%j is skipped: %s', (value) => {
		expect(learned(typeWith(password('p')), { p: value })).toEqual([]);
	});

	test('an expression without anything to resolve is its text', () => {
		expect(learned(typeWith(password('p')), { p: '=abc' })).toEqual(['p=abc']);
	});
});
