/**
 * Writes nodes/SealboxRequest/credentialTypes.ts: the credential types of n8n that an HTTP Request
 * node can use. n8n gives that node alone access to every type; any other node has to list them.
 *
 *   node host/credential-types.ts <folder with node_modules/n8n>
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

interface TypeOfHost {
	name: string;
	displayName: string;
	extends?: string[];
	genericAuth?: boolean;
	restrictToSupportedNodes?: boolean;
	authenticate?: { type?: string; properties?: { body?: object } };
	properties: { typeOptions?: { expirable?: boolean } }[];
}

/** How a type proves who is calling, as far as the caller has to know. */
type Way = 'oAuth1' | 'oAuth2' | 'declared' | 'declaredInBody' | 'coded';

interface NamedType {
	name: string;
	displayName: string;
}

export interface ListedType extends NamedType {
	way: Way;
	/** It logs in first; a 401 makes it log in again. */
	session?: true;
	/** What n8n tells its OAuth2 client about this service. */
	oAuth2?: object;
}

const PACKAGES = ['n8n-nodes-base', '@n8n/n8n-nodes-langchain'];

/** The types that the n8n in a folder has, ready to be listed. */
export function listTypes(folder: string): { generic: NamedType[]; predefined: ListedType[] } {
	const modules = join(folder, 'node_modules');
	const read = (name: string): TypeOfHost[] =>
		JSON.parse(readFileSync(join(modules, name, 'dist/types/credentials.json'), 'utf8'));
	const types = new Map(PACKAGES.flatMap(read).map((type) => [type.name, type]));
	const ancestors = (name: string): string[] =>
		(types.get(name)?.extends ?? []).flatMap((parent) => [parent, ...ancestors(parent)]);
	const { getOAuth2AdditionalParameters: oAuth2Of } = createRequire(join(modules, 'x.js'))(
		'n8n-nodes-base/dist/nodes/HttpRequest/GenericFunctions.js',
	);
	const listed = [...types.values()]
		.filter((type) => !type.genericAuth && !type.restrictToSupportedNodes)
		.flatMap((type): ListedType[] => {
			const way = wayOf(type, ancestors(type.name));
			if (way === null) return [];
			const session = type.properties.some((p) => p.typeOptions?.expirable);
			const oAuth2 = oAuth2Of(type.name);
			return [{ ...nameOf(type), way, ...(session && { session }), ...(oAuth2 && { oAuth2 }) }];
		});
	const generic = [...types.values()].filter((type) => type.genericAuth).map(nameOf);
	return {
		generic: generic.sort(byDisplayName),
		predefined: listed.sort(byDisplayName),
	};
}

const nameOf = ({ name, displayName }: TypeOfHost): NamedType => ({ name, displayName });

const byDisplayName = (a: NamedType, b: NamedType): number =>
	a.displayName.localeCompare(b.displayName, 'en') || a.name.localeCompare(b.name, 'en');

function wayOf(type: TypeOfHost, parents: string[]): Way | null {
	if (parents.includes('oAuth1Api')) return 'oAuth1';
	if (parents.includes('oAuth2Api')) return 'oAuth2';
	if (type.authenticate === undefined) return null;
	if (type.authenticate.type !== 'generic') return 'coded';
	return type.authenticate.properties?.body ? 'declaredInBody' : 'declared';
}

/** The source text of the list. */
export function sourceOf(version: string, lists: ReturnType<typeof listTypes>): string {
	const rows = (values: unknown[]) =>
		values.map((value) => `\t${JSON.stringify(value)},`).join('\n');
	return `/* Written by host/credential-types.ts from n8n ${version}. Do not edit. */
import type { NamedType, PredefinedType } from '../../src/host/request/predefined';

/** Types under "Generic Credential Type". */
export const GENERIC_TYPES: readonly NamedType[] = [
${rows(lists.generic)}
];

/** Types under "Predefined Credential Type". */
export const PREDEFINED_TYPES: readonly PredefinedType[] = [
${rows(lists.predefined)}
];
`;
}

if (process.argv[1]?.endsWith('credential-types.ts')) {
	const [folder] = process.argv.slice(2);
	if (folder === undefined) throw new Error('Name the folder that has node_modules/n8n');
	const { version } = JSON.parse(
		readFileSync(join(folder, 'node_modules/n8n/package.json'), 'utf8'),
	);
	writeFileSync('nodes/SealboxRequest/credentialTypes.ts', sourceOf(version, listTypes(folder)));
}
