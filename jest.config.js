/**
 * Four layers, each its own project so that it can run alone:
 * unit (under a minute), integration (real local servers, the packed tarball), e2e (a real n8n),
 * matrix (a real n8n too: what takes longer, or needs more of the machine).
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
	modulePathIgnorePatterns: [
		'<rootDir>/dist/package.json',
		'<rootDir>/.build',
		'<rootDir>/host/versions',
	],
};

/** Not in the n8n folder of whoever runs the tests. */
const inProcess = { ...shared, setupFilesAfterEnv: ['<rootDir>/test/ownFolder.ts'] };

const realHost = {
	...shared,
	globalSetup: '<rootDir>/test/e2e/start.ts',
	globalTeardown: '<rootDir>/test/e2e/stop.ts',
};

/** The ways a secret could leak, on hosts that each run starts for itself. */
const guardOn = (displayName, host) => ({
	...shared,
	displayName,
	testMatch: ['<rootDir>/test/e2e/guard/*.test.ts'],
	globals: { SEALBOX_HOST: host },
});

module.exports = {
	// An end-to-end test waits for a real n8n; whatever takes longer than this hangs.
	testTimeout: 60_000,
	// `.ci/run` adds up the totals of several runs.
	reporters: ['default', ...(process.env.SEALBOX_TOTALS ? ['<rootDir>/test/totals.cjs'] : [])],
	projects: [
		{
			...inProcess,
			displayName: 'unit',
			setupFilesAfterEnv: ['<rootDir>/test/ownFolder.ts', '<rootDir>/test/silent.ts'],
			testMatch: ['<rootDir>/test/**/*.test.ts'],
			testPathIgnorePatterns: ['integration', 'package', 'e2e'].map((room) => `/test/${room}/`),
		},
		{
			...inProcess,
			displayName: 'integration',
			testMatch: ['<rootDir>/test/{integration,package}/**/*.test.ts'],
		},
		{
			...realHost,
			displayName: 'e2e',
			testMatch: ['<rootDir>/test/e2e/*.test.ts'],
		},
		{
			...realHost,
			displayName: 'queue',
			// Databases and mail in the worker, with n8n's own data in PostgreSQL and Redis.
			testMatch: [
				'<rootDir>/test/e2e/queue/*.test.ts',
				'<rootDir>/test/e2e/{database,email,database-email}.test.ts',
			],
			globals: { SEALBOX_HOST: { mode: 'queue' } },
		},
		{
			...realHost,
			displayName: 'matrix',
			testMatch: ['<rootDir>/test/e2e/matrix/*.test.ts'],
		},
		{
			...shared,
			displayName: 'guard-ops',
			testMatch: ['<rootDir>/test/e2e/guard-ops/*.test.ts'],
		},
		{
			...shared,
			displayName: 'guard-attack',
			testMatch: ['<rootDir>/test/e2e/guard-attack/*.test.ts'],
		},
		guardOn('guard', { mode: 'regular' }),
		guardOn('guard-queue', { mode: 'queue' }),
		guardOn('guard-old', { mode: 'regular', version: '2.35.0' }),
	],
};
