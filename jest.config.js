/**
 * Three layers, each its own project so that it can run alone:
 * unit (under a minute), integration (real local servers, the packed tarball), e2e (a real n8n).
 */
const { n8nFolder } = require('./host/prepare/paths.js');

// Where the pinned n8n is; `node host/prepare.js` puts it there.
process.env.SEALBOX_N8N_FOLDER ??= n8nFolder();

const shared = {
	rootDir: __dirname,
	testEnvironment: 'node',
	transform: {
		'^.+\\.ts$': [
			'@swc/jest',
			{ jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
		],
	},
	// Tests run against the bundled third-party code that ships, not against node_modules.
	moduleNameMapper: { '^(?:\\.\\.?/)+(?:src/)?vendor/([\\w-]+)$': '<rootDir>/dist/vendor/$1.js' },
	modulePathIgnorePatterns: ['<rootDir>/dist/package.json', '<rootDir>/.build'],
};

const anywhere = ['<rootDir>/test/**/*.test.ts'];

module.exports = {
	projects: [
		{
			...shared,
			displayName: 'unit',
			testMatch: anywhere,
			testPathIgnorePatterns: ['/test/integration/', '/test/e2e/', '/test/package/'],
		},
		{
			...shared,
			displayName: 'integration',
			testMatch: ['<rootDir>/test/{integration,package}/**/*.test.ts'],
		},
		{
			...shared,
			displayName: 'e2e',
			testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
			globalSetup: '<rootDir>/test/e2e/start.ts',
			globalTeardown: '<rootDir>/test/e2e/stop.ts',
		},
	],
};
