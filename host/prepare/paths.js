/** Where things are: the project, its Node 24, and the n8n that several clones share. */
const { createHash } = require('node:crypto');
const { existsSync, readFileSync } = require('node:fs');
const { homedir } = require('node:os');
const { delimiter, join, resolve } = require('node:path');

const WINDOWS = process.platform === 'win32';
const root = resolve(__dirname, '..', '..');
const projectBin = join(root, 'node_modules', '.bin');
const bundledNode = join(root, 'node_modules', 'node', 'bin', WINDOWS ? 'node.exe' : 'node');

/** The version that demo and tests run against; `SEALBOX_N8N_VERSION` picks another pinned one. */
const hostVersion = () => process.env.SEALBOX_N8N_VERSION || '2.41.1';

const manifestFolder = (version) => join(root, 'host', 'versions', version);

const cacheFolder = () =>
	join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'n8n-nodes-sealbox');

/** Another manifest, another platform or another processor is another installation. */
function n8nFolder(version = hostVersion()) {
	const hash = createHash('sha256');
	for (const file of ['package.json', 'package-lock.json']) {
		hash.update(readFileSync(join(manifestFolder(version), file)));
	}
	hash.update(`${process.platform}-${process.arch}`);
	return join(cacheFolder(), `n8n-${version}-${hash.digest('hex').slice(0, 12)}`);
}

/** The folder has its final name only once everything in it has been installed and tried. */
const hasN8n = (folder) => existsSync(join(folder, 'node_modules', 'n8n', 'package.json'));

/** Node 24: the one that npm brought in, or the machine's own when that is new enough. */
function node24() {
	if (existsSync(bundledNode)) return bundledNode;
	return Number(process.versions.node.split('.')[0]) >= 24 ? process.execPath : null;
}

/** The environment in which `node` and `npm` mean Node 24. */
const withNode24 = () => ({ PATH: [projectBin, process.env.PATH].join(delimiter) });

module.exports = {
	WINDOWS,
	bundledNode,
	cacheFolder,
	hasN8n,
	hostVersion,
	manifestFolder,
	n8nFolder,
	node24,
	root,
	withNode24,
};
