import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { certificatesOrNull, repairPem } from '../../src/kinds/pem';
import { Authority } from '../servers/certificates';

const authority = new Authority('Sealbox test');
const { certificate } = authority.issue({ name: 'localhost' });
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const passphrase = 'only for this test';
const sealedKey = privateKey.export({
	type: 'pkcs1',
	format: 'pem',
	cipher: 'aes-256-cbc',
	passphrase,
}) as string;

describe('a PEM text', () => {
	test.each([
		['is left as it is', (pem: string) => pem],
		['with breaks turned into spaces', (pem: string) => pem.replace(/\n/g, ' ')],
		['with breaks written as \\n', (pem: string) => pem.replace(/\n/g, '\\n')],
		['with breaks escaped twice', (pem: string) => pem.replace(/\n/g, '\\\\n')],
		['with breaks removed', (pem: string) => pem.replace(/\n/g, '')],
		['with breaks of Windows', (pem: string) => pem.replace(/\n/g, '\r\n')],
		['indented', (pem: string) => pem.replace(/^/gm, '    ')],
		['with words around it', (pem: string) => `subject: x\n${pem}\n# end`],
	])('%s can be read', (_title, damage) => {
		expect(repairPem(damage(pkcs8))).toBe(pkcs8);
		expect(certificatesOrNull(damage(certificate))).toHaveLength(1);
	});

	test('of several certificates keeps them all, in order', () => {
		const chain = `${certificate}${authority.certificate}`.replace(/\n/g, ' ');
		const subjects = certificatesOrNull(chain)?.map(({ subject }) => subject);
		expect(subjects).toEqual(['CN=localhost', 'CN=Sealbox test']);
	});

	test('of a key with a passphrase keeps the lines that say how it is protected', () => {
		const repaired = repairPem(sealedKey.replace(/\n/g, ' ')) as string;
		expect(createPrivateKey({ key: repaired, passphrase }).equals(privateKey)).toBe(true);
	});

	test.each([
		['nothing', ''],
		['no block', 'not a key'],
		['half a block', pkcs8.slice(0, 100)],
		['letters that are not base64', pkcs8.replace(/[A-F]/g, '!')],
		['two different ends', pkcs8.replace('END PRIVATE', 'END PUBLIC')],
	])('of %s is told from a key', (_title, text) => {
		expect(repairPem(text)).toBeNull();
		expect(certificatesOrNull(text)).toBeNull();
	});

	test('of a key is no certificate', () => {
		expect(certificatesOrNull(pkcs8)).toBeNull();
	});

	test('of hostile length is read in no time', () => {
		const started = Date.now();
		repairPem(`-----BEGIN A-----${'A '.repeat(500_000)}`);
		repairPem('-----BEGIN A-----'.repeat(20_000));
		expect(Date.now() - started).toBeLessThan(1000);
	});
});
