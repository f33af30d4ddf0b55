/**
 * Loads every entry of an installed package the way n8n does: the file's name up to the first dot
 * is the class. Prints what it found as JSON. Run it where only n8n-workflow can be resolved.
 */
const { basename, join } = require('node:path');

const [, , folder] = process.argv;
const { n8n } = require(join(folder, 'package.json'));

function load(entry) {
	const className = basename(entry).split('.')[0];
	const Class = require(join(folder, entry))[className];
	const instance = new Class();
	return { entry, className, name: instance.name ?? instance.description?.name };
}

/** Bundles of third-party code that this process has loaded so far. */
const bundles = () =>
	Object.keys(require.cache)
		.filter((file) => file.startsWith(join(folder, 'dist', 'vendor')))
		.map((file) => basename(file));

require('n8n-workflow');
const started = performance.now();
const credentials = n8n.credentials.map(load);
const nodes = n8n.nodes.map(load);
const milliseconds = performance.now() - started;
const loadedAtStart = bundles();
const exported = Object.keys(require(folder));

process.stdout.write(JSON.stringify({ credentials, nodes, milliseconds, loadedAtStart, exported }));
