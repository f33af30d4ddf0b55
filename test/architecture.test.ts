import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, normalize, sep } from 'node:path';
import ts from 'typescript';

/** DESIGN: nodes, credentials → src/* → src/sealing → src/vendor; n8n only at the edges. */

const filesUnder = (folder: string): string[] =>
	readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.ts'))
		.map((file) => join(folder, file));

const importsOf = (file: string): string[] =>
	ts.preProcessFile(readFileSync(file, 'utf8'), true, true).importedFiles.map((i) => i.fileName);

/** `src/kinds/bearer.ts` importing `../sealing/error` gives `src/sealing/error`; packages stay as they are. */
const targetOf = (file: string, specifier: string): string =>
	specifier.startsWith('.') ? normalize(join(dirname(file), specifier)) : specifier;

const isPackage = (target: string): boolean =>
	!/^(src|nodes|credentials|test)(\/|$)/.test(target) && !isBuiltin(target);
const isBuiltin = (target: string): boolean =>
	target.startsWith('node:') || builtinModules.includes(target);
const isHost = (target: string): boolean => /^n8n(-|$)|^@n8n\//.test(target);
const roomOf = (path: string): string => path.split(sep).slice(0, 2).join('/');

const sources = filesUnder('src');
const surfaces = [...filesUnder('nodes'), ...filesUnder('credentials')];
const edges = [...sources, ...surfaces].flatMap((file) =>
	importsOf(file).map((specifier) => ({ file, target: targetOf(file, specifier) })),
);
const strangers = (selects: (file: string) => boolean, allows: (target: string) => boolean) =>
	edges
		.filter(({ file, target }) => selects(file) && !allows(target))
		.map(({ file, target }) => `${file} → ${target}`);

test('the walk sees the sources and their imports', () => {
	expect(sources.length).toBeGreaterThan(5);
	expect(edges.length).toBeGreaterThan(sources.length);
});

test('only src/vendor imports third-party packages', () => {
	const isInner = (file: string) => file.startsWith('src/') && !file.startsWith('src/vendor/');
	expect(strangers(isInner, (target) => !isPackage(target) || isHost(target))).toEqual([]);
});

test('each file of src/vendor imports packages of one family and nothing of ours', () => {
	const families = sources
		.filter((file) => file.startsWith('src/vendor/'))
		.map((file) => [file, new Set(importsOf(file).map((name) => name.split('/')[0]))] as const);
	expect(families.filter(([, names]) => names.size !== 1)).toEqual([]);
	expect(strangers((file) => file.startsWith('src/vendor/'), isPackage)).toEqual([]);
});

test('nothing in src outside src/host imports n8n', () => {
	const isCore = (file: string) => file.startsWith('src/') && !file.startsWith('src/host/');
	expect(strangers(isCore, (target) => !isHost(target))).toEqual([]);
});

test('src/sealing rests on src/vendor and three pure modules of Node alone', () => {
	// node:crypto computes and draws random numbers, node:util tells types apart, node:zlib inflates bytes;
	// they read nothing else.
	const rooms = ['src/sealing', 'src/vendor', 'node:crypto', 'node:util', 'node:zlib'];
	expect(
		strangers(
			(file) => file.startsWith('src/sealing/'),
			(target) => rooms.includes(roomOf(target)),
		),
	).toEqual([]);
});

test('src/sealing reads no clock, file or environment', () => {
	const reads =
		/\bDate(\.now|\()|\bperformance\.|\bprocess[.[]|\bset(Timeout|Interval|Immediate)\(/;
	const withoutComments = (file: string) =>
		readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
	const readers = sources
		.filter((file) => file.startsWith('src/sealing/'))
		.filter((file) => reads.test(withoutComments(file)));
	expect(readers).toEqual([]);
});

test('src knows neither nodes nor credentials', () => {
	const isSurface = (target: string) => /^(nodes|credentials)\//.test(target);
	expect(
		strangers(
			(file) => file.startsWith('src/'),
			(target) => !isSurface(target),
		),
	).toEqual([]);
});

test('nodes and credentials import n8n-workflow, src and themselves, but never src/vendor', () => {
	const isSurface = (file: string) => !file.startsWith('src/');
	const allowed = (target: string) =>
		target === 'n8n-workflow' ||
		(/^(src|nodes|credentials)\//.test(target) && !target.startsWith('src/vendor'));
	expect(strangers(isSurface, allowed)).toEqual([]);
});

test('rooms of src do not import each other in a circle', () => {
	const inner = edges
		.filter(({ file, target }) => file.startsWith('src/') && target.startsWith('src/'))
		.map(({ file, target }) => [roomOf(file), roomOf(target)] as const)
		.filter(([from, to]) => from !== to);
	const reaches = (from: string, goal: string, seen = new Set<string>()): boolean =>
		inner.some(([a, b]) => {
			if (a !== from || seen.has(b)) return false;
			return b === goal || reaches(b, goal, seen.add(b));
		});
	const rooms = [...new Set(inner.map(([from]) => from))];
	expect(rooms.filter((room) => reaches(room, room))).toEqual([]);
});

test('no folder is called utils, helpers or common', () => {
	const folders = [...sources, ...surfaces].map(dirname);
	expect(folders.filter((folder) => /(^|\/)(utils?|helpers?|common)(\/|$)/.test(folder))).toEqual(
		[],
	);
});
