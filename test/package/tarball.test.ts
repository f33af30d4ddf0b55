import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installTarball, type Installed } from './installed.ts';

const MIB = 1024 * 1024;

describe('the tarball', () => {
	let installed: Installed;
	let paths: string[];

	beforeAll(async () => {
		installed = await installTarball();
		paths = installed.tarball.files.map(({ path }) => path);
	});
	afterAll(() => installed.remove());

	test('holds the build and the documents, nothing else', () => {
		const expected = /^(dist\/|index\.js$|package\.json$|LICENSE|[A-Z_]+\.md$)/;
		expect(paths.filter((path) => !expected.test(path))).toEqual([]);
		expect(paths.filter((path) => /\.test\.|\.map$|(?<!\.d)\.ts$|(^|\/)test\//.test(path))).toEqual(
			[],
		);
	});

	test('has a licence, a readme, and what n8n reads at start', () => {
		for (const path of ['LICENSE', 'README.md', 'dist/known/nodes.json', 'dist/types/nodes.json']) {
			expect(paths.some((found) => found.startsWith(path))).toBe(true);
		}
	});

	test('declares whatever its public declarations speak of', () => {
		const missing = paths
			.filter((path) => path.endsWith('.d.ts'))
			.flatMap((path) => {
				const text = readFileSync(join(installed.folder, path), 'utf8');
				const names = [...text.matchAll(/(?:from |import\()['"](\.[^'"]+)['"]/g)];
				return names.map(([, name = '']) => join(path, '..', name));
			})
			.filter((name) => !paths.includes(`${name}.d.ts`) && !paths.includes(`${name}/index.d.ts`));
		expect(missing).toEqual([]);
	});

	test('stays small', () => {
		const { size, unpackedSize } = installed.tarball;
		console.log(
			`The tarball has ${(size / MIB).toFixed(2)} MB, unpacked ${(unpackedSize / MIB).toFixed(2)} MB`,
		);
		expect(size).toBeLessThan(1.5 * MIB);
	});

	test('tells nothing about the machine that built it', () => {
		for (const path of paths) {
			const content = readFileSync(join(installed.folder, path), 'utf8');
			expect([path, content.includes(process.cwd())]).toEqual([path, false]);
		}
	});
});
