import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ICredentialType, INodeProperties, INodePropertyCollection } from 'n8n-workflow';
import { describeKinds, kindOfType, validateCredential } from '../../src/kinds';
import manifest from '../../package.json';

/** A kind is the truth about its fields; the form that people fill in has to agree with it. */

const FOLDER = join(__dirname, '../../credentials');
const forms = readdirSync(FOLDER)
	.filter((file) => file.endsWith('.credentials.ts'))
	.map((file) => {
		const name = file.slice(0, file.indexOf('.'));
		// eslint-disable-next-line @typescript-eslint/no-require-imports -- the file is named at run time
		const module = require(join(FOLDER, file)) as Record<string, new () => ICredentialType>;
		return new module[name]!();
	});

interface JsonSchema {
	properties?: Record<string, JsonSchema>;
	items?: JsonSchema;
	required?: string[];
	enum?: unknown[];
	writeOnly?: boolean;
	anyOf?: JsonSchema[];
	allOf?: JsonSchema[];
}

/** Every field of a form under its dotted path, rows of a collection as `[]`. */
function fieldsOf(properties: INodeProperties[], prefix = ''): [string, INodeProperties][] {
	return properties.flatMap((property): [string, INodeProperties][] => {
		const path = `${prefix}${property.name}`;
		if (property.type !== 'fixedCollection') return [[path, property]];
		const rows = (property.options as INodePropertyCollection[]).flatMap((option) =>
			fieldsOf(option.values, `${path}.${option.name}[].`),
		);
		return [[path, property], ...rows];
	});
}

function schemaAt(schema: JsonSchema, path: string): JsonSchema | undefined {
	return path.split('.').reduce<JsonSchema | undefined>((at, step) => {
		const inner = at?.properties?.[step.replace('[]', '')];
		return step.endsWith('[]') ? inner?.items : inner;
	}, schema);
}

const descriptionOf = (form: ICredentialType) =>
	describeKinds().find(({ credentialType }) => credentialType === form.name)!;

/** Fields that are not on the form: the host adds or keeps them. */
const HOST_FIELDS = /^(allowedHttpRequestDomains|allowedDomains|oauthTokenData.*)$/;
/** Fields of the host's oAuth2Api that our form takes over unchanged. */
const INHERITED =
	/^(clientId|authQueryParameters|authentication|sendAdditionalBodyProperties|additionalBodyProperties)$/;

test('every kind has a form and every form a kind, listed in the manifest', () => {
	const names = forms.map(({ name }) => name).sort();
	expect(
		describeKinds()
			.map(({ credentialType }) => credentialType)
			.sort(),
	).toEqual(names);
	const listed = manifest.n8n.credentials.map((path) => /(\w+)\.credentials\.js$/.exec(path)?.[1]);
	expect(listed.sort()).toEqual(forms.map((form) => form.constructor.name).sort());
});

test.each(forms.map((form) => [form.displayName, form] as const))(
	'%s: form and kind agree',
	(_name, form) => {
		const { schema, displayName } = descriptionOf(form);
		expect(form.displayName).toBe(displayName);
		expect(form.name).toBe(form.constructor.name.replace(/^S/, 's'));
		const fields = fieldsOf(form.properties).filter(([, { type }]) => type !== 'notice');
		for (const [path, { type, options, required, displayOptions, default: initial }] of fields) {
			const at = schemaAt(schema as JsonSchema, path);
			expect([path, at !== undefined]).toEqual([path, true]);
			if (type === 'options') {
				const values = options!.map((option) => (option as { value: unknown }).value);
				expect([...values].sort()).toEqual([...(at!.enum ?? [])].sort());
				expect(values).toContain(initial);
			}
			// A field that is always shown and starts empty is required in both places or in neither.
			if (path.includes('[]') || displayOptions !== undefined || initial !== '') continue;
			const isRequired = (schema as JsonSchema).required?.includes(path) ?? false;
			expect([path, required ?? false]).toEqual([path, isRequired]);
		}
	},
);

test.each(forms.map((form) => [form.displayName, form] as const))(
	'%s: what the kind knows is on the form',
	(_name, form) => {
		const shown = fieldsOf(form.properties).map(([path]) => path);
		const known = Object.keys((descriptionOf(form).schema as JsonSchema).properties ?? {});
		const missing = known.filter(
			(name) =>
				!shown.includes(name) &&
				!HOST_FIELDS.test(name) &&
				!(form.extends !== undefined && INHERITED.test(name)),
		);
		expect(missing).toEqual([]);
	},
);

test.each(forms.map((form) => [form.displayName, form] as const))(
	'%s: secret fields are password fields, and no others are',
	(_name, form) => {
		const { secretFields, schema } = descriptionOf(form);
		const passwords = fieldsOf(form.properties)
			.filter(([, { typeOptions }]) => typeOptions?.password === true)
			.map(([path]) => path);
		expect(passwords.sort()).toEqual(secretFields.filter((path) => !HOST_FIELDS.test(path)).sort());
		for (const path of passwords) {
			expect([path, schemaAt(schema as JsonSchema, path)?.writeOnly]).toEqual([path, true]);
		}
	},
);

test('the secret fields are these', () => {
	const listed = describeKinds().map(({ name, secretFields }) => [name, secretFields]);
	expect(Object.fromEntries(listed)).toMatchObject({
		apiKey: ['key', 'moreKeys.keys[].key'],
		bearer: ['token'],
		basic: ['password'],
		jwt: ['secret', 'privateKey', 'jwk'],
		oauth2: [
			'clientSecret',
			'oauthTokenData.access_token',
			'oauthTokenData.refresh_token',
			'oauthTokenData.id_token',
			'oauthTokenData.sealboxGrant',
		],
		aws: ['secretAccessKey', 'sessionToken'],
		database: [
			'password',
			'clientCertificate',
			'clientPrivateKey',
			'sshPassword',
			'privateKey',
			'passphrase',
		],
		smtp: ['password', 'accessToken', 'dkimPrivateKey'],
	});
});

test.each(forms.map((form) => [form.displayName, form] as const))(
	'%s: an untouched form lacks what is required and nothing else',
	(_name, form) => {
		const initial = Object.fromEntries(form.properties.map((p) => [p.name, p.default]));
		const validation = validateCredential(form.name, initial);
		if (validation.valid) return;
		for (const { message } of validation.errors) expect(message).toMatch(/empty|missing/);
	},
);

test('types for HTTP authenticate and may be used by every node; the others are kept to ours', () => {
	for (const form of forms) {
		const isForHttp =
			form.authenticate !== undefined || (form.extends?.includes('oAuth2Api') ?? false);
		expect([form.name, form.restrictToSupportedNodes ?? false]).toEqual([form.name, !isForHttp]);
		const kind = kindOfType(form.name)!;
		expect([form.name, kind.authenticate !== undefined]).toEqual([form.name, isForHttp]);
	}
});

test('every form links to its page of documentation', () => {
	const pages = readdirSync(join(__dirname, '../../docs/credentials'));
	for (const { documentationUrl } of forms) {
		expect(documentationUrl).toMatch(
			/^https:\/\/github\.com\/sealbox\/n8n-nodes-sealbox\/blob\/main\/docs\//,
		);
		expect(pages).toContain(documentationUrl!.split('/').at(-1));
	}
});
