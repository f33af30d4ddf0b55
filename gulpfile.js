/**
 * The build: our own code by tsc, third-party code bundled once per package, metadata by n8n-core.
 *
 *   dist/<room>/...          src/<room>, compiled
 *   dist/nodes, credentials  compiled, with icons and codex files beside them
 *   dist/vendor/<name>.js    one self-contained bundle for each file of src/vendor
 *   dist/known, dist/types   what n8n reads at start instead of loading every node
 */
const { execFile } = require('node:child_process');
const { readdirSync, rmSync, writeFileSync } = require('node:fs');
const { basename, join } = require('node:path');
const { Transform } = require('node:stream');
const { promisify } = require('node:util');
const { dest, parallel, series, src } = require('gulp');
const esbuild = require('esbuild');

const run = promisify(execFile);
const node = process.execPath;

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
	src(['.build/src/**/*.{js,d.ts}', '!.build/src/vendor/**/*.js']).pipe(dest('dist'));

const surfaces = () =>
	src('.build/{nodes,credentials}/**/*.js', { base: '.build' }).pipe(liftSrc()).pipe(dest('dist'));

const assets = () =>
	src(['{nodes,credentials}/**/*.{svg,png}', 'nodes/**/*.node.json'], {
		base: '.',
		encoding: false,
	}).pipe(dest('dist'));

async function vendor() {
	const result = await esbuild.build({
		entryPoints: readdirSync('src/vendor').map((file) => join('src/vendor', file)),
		outdir: 'dist/vendor',
		bundle: true,
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

async function metadata() {
	await run(node, [require.resolve('n8n-core/bin/generate-metadata')]);
	for (const extra of ['methods']) rmSync(join('dist', extra), { recursive: true, force: true });
}

const own = parallel(series(compile, parallel(rooms, surfaces)), assets);

exports.vendor = vendor;
exports.build = series(clean, own, vendor, metadata);
exports.default = exports.build;
void basename;
