import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCanary, formsOf, search, searchFolder } from '../../host/canary.ts';

const canary = createCanary('token');
const { value } = canary;
const html = (text: string) =>
	text.replace(
		/[&<>"']/g,
		(sign) => `&${{ '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": '#39' }[sign]};`,
	);

describe('the search for a canary', () => {
	test.each<[string, string]>([
		['plain', value],
		['in JSON', JSON.stringify({ key: value })],
		['in JSON in JSON', JSON.stringify(JSON.stringify([value]))],
		['in a URL', `https://service.example/?key=${encodeURIComponent(value)}`],
		['in a URL with small hex digits', encodeURIComponent(value).toLowerCase()],
		['in a form', new URLSearchParams({ key: value }).toString()],
		['in HTML', `<b>${html(value)}</b>`],
		['in hex', Buffer.from(`a${value}b`).toString('hex')],
		['in capital hex', Buffer.from(`a${value}b`).toString('hex').toUpperCase()],
	])('finds it %s', (_where, text) => {
		expect(search([canary], 'text', text)).toHaveLength(1);
	});

	test.each(['base64', 'base64url'] as const)('finds it in %s at every alignment', (encoding) => {
		for (const [before, after] of [
			['', ''],
			['a', 'b'],
			['ab', 'cd'],
			['abc', 'd'],
			['user:', ':'],
		]) {
			const text = Buffer.from(before + value + after).toString(encoding);
			expect(search([canary], 'text', text).length).toBeGreaterThan(0);
		}
	});

	test('counts every occurrence once', () => {
		expect(search([canary], 'text', `${value} and ${value}`)).toHaveLength(2);
		const plain = createCanary('plain', 'plain');
		expect(search([plain], 'text', JSON.stringify([plain.value]))).toHaveLength(1);
	});

	test('finds nothing in what holds another canary', () => {
		const other = [...formsOf(createCanary('other').value).values()].join('\n');
		expect(search([canary], 'text', other)).toEqual([]);
	});

	test('reports the place and the form, never the value', () => {
		const [sighting] = search([canary], 'n8n.log', `x${value}`);
		expect(sighting).toEqual({ canary: 'token', form: 'raw', where: 'n8n.log', offset: 1 });
	});

	test('looks into binary files, deep folders and file names', () => {
		const folder = mkdtempSync(join(tmpdir(), 'sealbox-search-'));
		const plain = createCanary('plain', 'plain');
		mkdirSync(join(folder, 'a', 'b'), { recursive: true });
		const bytes = Buffer.concat([Buffer.alloc(9, 0xff), Buffer.from(plain.value), Buffer.alloc(9)]);
		writeFileSync(join(folder, 'a', 'b', 'database'), bytes);
		writeFileSync(join(folder, `${plain.value}.txt`), '');
		const found = searchFolder([plain], folder).map(({ where, offset }) => [
			where.slice(0, 7),
			offset,
		]);
		rmSync(folder, { recursive: true });
		expect(found.sort()).toEqual([
			['a/b/dat', 9],
			['name of', 0],
		]);
	});
});
