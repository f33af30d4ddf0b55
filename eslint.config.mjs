import js from '@eslint/js';
import { n8nCommunityNodesPlugin } from '@n8n/eslint-plugin-community-nodes';
import { globalIgnores } from 'eslint/config';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import nodesBase from 'eslint-plugin-n8n-nodes-base';
import tseslint from 'typescript-eslint';

/*
 * n8n's community-node rules, composed as the official command line composes them, without its
 * cloud-only pair (no-restricted-globals, no-restricted-imports): Sealbox is for self-hosted n8n and
 * bundles libsodium, database drivers and a mail client.
 *
 * Every exception to n8n's rules stands in `exceptions` below, with its reason, and nowhere else.
 */
const community = n8nCommunityNodesPlugin.configs.recommendedWithoutN8nCloudSupport;

const exceptions = [
	{
		// "Sealbox API Key" reads naturally; the rules would have it "Sealbox API Key API".
		files: ['credentials/**/*.ts'],
		rules: {
			'n8n-nodes-base/cred-class-field-display-name-missing-api': 'off',
			'n8n-nodes-base/cred-class-field-display-name-missing-oauth2': 'off',
		},
	},
	{
		// n8n's own OAuth types get a token by the older helper alone, and it takes the older shape.
		files: ['src/host/request/hostAuth.ts'],
		rules: { '@n8n/community-nodes/no-deprecated-workflow-functions': 'off' },
	},
	{
		// What fails here is put into words once, where a node turns it into n8n's errors.
		files: ['src/connections/**/*.ts', 'src/database/**/*.ts', 'src/mail/**/*.ts'],
		rules: { '@n8n/community-nodes/require-node-api-error': 'off' },
	},
	{
		// n8n's own database nodes say "Insert or Update"; the rules would have it "Create or Update".
		files: ['nodes/SealboxDatabase/description/operations.ts'],
		rules: {
			'n8n-nodes-base/node-param-option-name-wrong-for-upsert': 'off',
			'n8n-nodes-base/node-param-description-wrong-for-upsert': 'off',
		},
	},
	{
		// Sealbox Request names the test of each in a table; the rule reads literals in the node's file only.
		files: ['credentials/Sealbox{ApiKey,Aws,BasicAuth,Bearer,Jwt,Token}Api.credentials.ts'],
		rules: { '@n8n/community-nodes/credential-test-required': 'off' },
	},
];

export default tseslint.config(
	globalIgnores(['dist', '.build', 'coverage', 'host/versions']),
	{
		files: ['**/*.ts'],
		extends: [
			js.configs.recommended,
			tseslint.configs.recommended,
			importX.configs['flat/recommended'],
		],
		settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
		rules: { 'prefer-spread': 'off', 'no-console': 'error' },
	},
	{
		files: ['src/**/*.ts', 'nodes/**/*.ts', 'credentials/**/*.ts'],
		extends: [community],
	},
	{ plugins: { 'n8n-nodes-base': nodesBase } },
	{
		files: ['package.json'],
		extends: [community],
		rules: { ...nodesBase.configs.community.rules },
		languageOptions: {
			parser: tseslint.parser,
			parserOptions: { extraFileExtensions: ['.json'] },
		},
	},
	{
		files: ['credentials/**/*.ts'],
		rules: {
			...nodesBase.configs.credentials.rules,
			// Off in n8n's own composition: both are superseded by rules of the community plugin.
			'n8n-nodes-base/cred-class-field-documentation-url-miscased': 'off',
			'n8n-nodes-base/cred-class-field-type-options-password-missing': 'off',
		},
	},
	{
		files: ['nodes/**/*.ts'],
		rules: {
			...nodesBase.configs.nodes.rules,
			// Off in n8n's own composition, for the same reason.
			'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off',
			'n8n-nodes-base/node-class-description-outputs-wrong': 'off',
			'n8n-nodes-base/node-param-type-options-max-value-present': 'off',
		},
	},
	{
		// Scripts and tests talk to a terminal.
		files: ['test/**/*.ts', 'bench/**/*.ts', 'host/**/*.ts'],
		rules: { 'no-console': 'off' },
	},
	...exceptions,
);
