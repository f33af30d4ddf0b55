import { database } from '../../src/kinds/database';
import type { Fields } from '../../src/kinds/kind';
import { Authority } from '../servers/certificates';

const authority = new Authority('Sealbox test');
const identity = authority.issue({ name: 'ada' });
const other = authority.issue({ name: 'eve' });

const LEAST = { host: 'db.example.com', port: 5432, database: 'shop', user: 'ada' };

const faultsOf = (change: Fields): [field: string, sentence: string][] => {
	const { error } = database.schema.safeParse({ ...LEAST, password: 'Tr0ub4dor&3', ...change });
	return (error?.issues ?? []).map(({ path, message }) => [path.join('.'), message]);
};
const warningsOf = (change: Fields): string[] =>
	database.warnings?.(database.schema.parse({ ...LEAST, password: 'Tr0ub4dor&3', ...change })) ??
	[];

test('four fields are enough, and the rest is safe', () => {
	expect(database.schema.parse(LEAST)).toMatchObject({
		engine: 'postgres',
		tls: 'verify',
		sshTunnel: false,
		connectTimeout: 10_000,
	});
});

test('fields that the host adds are kept', () => {
	expect(database.schema.parse({ ...LEAST, hostsOwn: 1 })).toHaveProperty('hostsOwn', 1);
});

test.each([
	['host', ''],
	['host', 'postgres://ada:secret@db.example.com/shop'],
	['host', 'db.example.com:5432'],
	['host', '/var/run/postgresql'],
	['host', '[::1]'],
	['host', 'db1.example.com '],
	['host', 'a\r\nb'],
	['host', '-db'],
	['port', 0],
	['port', 65_536],
	['port', 'five'],
	['port', 54.32],
	['database', ''],
	['user', ''],
	['engine', 'oracle'],
	['tls', 'maybe'],
	['connectTimeout', 5],
	['connectTimeout', 1e9],
	['maxConnections', 0],
	['password', 42],
])('%s %j is refused in a sentence that does not repeat it', (field, value) => {
	const faults = faultsOf({ [field]: value });
	expect(faults).toEqual([[field, expect.stringMatching(/^[A-Z].*\.$/)]]);
	if (String(value).length > 3) expect(faults[0]?.[1]).not.toContain(String(value));
});

test.each([
	'db',
	'db_1.internal',
	'10.0.0.7',
	'::1',
	'fe80::1',
	'bücher.example',
	'db.example.com.',
])('host %s is accepted', (host) => expect(faultsOf({ host })).toEqual([]));

test('a port that comes as text is accepted', () => {
	expect(faultsOf({ port: '5433' })).toEqual([]);
});

test('expressions are left to the run that resolves them', () => {
	const later = '={{ $json.value }}';
	const fields = ['host', 'port', 'database', 'user', 'password', 'connectTimeout'];
	expect(faultsOf(Object.fromEntries(fields.map((field) => [field, later])))).toEqual([]);
	const identity = { ca: later, clientCertificate: later, clientPrivateKey: later };
	expect(faultsOf({ tls: 'clientCertificate', ...identity })).toEqual([]);
});

test('a masked password is refused', () => {
	expect(faultsOf({ password: '********' })).toEqual([
		['password', expect.stringContaining('masked')],
	]);
});

describe('a client certificate', () => {
	const tls = 'clientCertificate';
	const whole = { tls, clientCertificate: identity.certificate, clientPrivateKey: identity.key };

	test('is accepted with its own key', () => {
		expect(faultsOf(whole)).toEqual([]);
		expect(faultsOf({ ...whole, ca: authority.certificate })).toEqual([]);
	});

	test.each([
		['no certificate', { clientCertificate: 'x' }, 'clientCertificate', 'not a certificate'],
		['no key', { clientPrivateKey: '' }, 'clientPrivateKey', 'is not PEM text'],
		['the key of another', { clientPrivateKey: other.key }, 'clientPrivateKey', 'does not belong'],
		[
			'an encrypted key',
			{ clientPrivateKey: identity.key.replaceAll('PRIVATE', 'ENCRYPTED PRIVATE') },
			'clientPrivateKey',
			'passphrase',
		],
		['a CA that is none', { ca: 'x' }, 'ca', 'not a certificate'],
	])('is refused with %s', (_title, change, field, sentence) => {
		expect(faultsOf({ ...whole, ...change })).toEqual([[field, expect.stringContaining(sentence)]]);
	});

	test('that stayed behind in a hidden field disturbs nobody', () => {
		expect(faultsOf({ tls: 'verify', ca: 'x', clientPrivateKey: 'x' })).toEqual([]);
	});
});

test('an own CA has to be there when it is to be used', () => {
	expect(faultsOf({ tls: 'verifyCa' })).toEqual([['ca', expect.stringContaining('whole')]]);
	expect(faultsOf({ tls: 'verifyCa', ca: authority.certificate })).toEqual([]);
});

test('a tunnel needs a server, a user and, for a key, a key', () => {
	const fields = faultsOf({ sshTunnel: true, sshAuthenticateWith: 'privateKey' }).map(([f]) => f);
	expect(fields).toEqual(['sshHost', 'sshUser', 'privateKey']);
	const whole = { sshTunnel: true, sshHost: 'bastion', sshUser: 'ada', sshPassword: 'x' };
	expect(faultsOf(whole)).toEqual([]);
});

describe('warnings', () => {
	test('say what TLS without verification and no TLS mean', () => {
		expect(warningsOf({ tls: 'off' })).toEqual([expect.stringContaining('TLS is off')]);
		expect(warningsOf({ tls: 'unverified' })).toEqual([expect.stringContaining('not verified')]);
	});

	test('spare a server on this machine', () => {
		for (const host of ['localhost', '127.0.0.1', '127.3.2.1', '::1']) {
			expect(warningsOf({ tls: 'off', host })).toEqual([]);
		}
		expect(warningsOf({ tls: 'off', host: '127.0.0.1.example.com' })).toHaveLength(1);
	});

	test('say that a tunnel alone does not make the database the right one', () => {
		const tunnel = { sshTunnel: true, sshHost: 'bastion', sshUser: 'ada', host: 'localhost' };
		for (const tls of ['off', 'unverified']) {
			expect(warningsOf({ ...tunnel, tls })).toEqual([expect.stringContaining('SSH server')]);
		}
		expect(warningsOf(tunnel)).toEqual([]);
	});

	test('name an empty password', () => {
		expect(warningsOf({ password: '' })).toEqual(['Password is empty.']);
	});
});
