/**
 * Loads an installed package with both of n8n's loaders, from the files (a GUI install) and from
 * the metadata (every other start), and prints both results as JSON.
 */
const { LazyPackageDirectoryLoader, PackageDirectoryLoader } = require('n8n-core');

const [, , folder] = process.argv;

const byName = (one, other) => (one.name < other.name ? -1 : 1);

async function load(Loader) {
	const loader = new Loader(folder);
	await loader.loadAll();
	const { known, types, isLazyLoaded } = loader;
	return {
		isLazyLoaded: isLazyLoaded === true,
		known,
		nodes: [...types.nodes].sort(byName),
		credentials: [...types.credentials].sort(byName),
	};
}

Promise.all([load(PackageDirectoryLoader), load(LazyPackageDirectoryLoader)]).then(
	([eager, lazy]) => process.stdout.write(JSON.stringify({ eager, lazy })),
);
