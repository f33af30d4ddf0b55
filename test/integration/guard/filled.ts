import type { CredentialView, PropertyView } from '../../../src/host/guard/learn/shapes';

/** A field of a credential, and the value that marks it. */
export interface Mark {
	readonly field: string;
	readonly value: string;
}

type Fields = Record<string, unknown>;

const SILENT = ['notice', 'button', 'options', 'multiOptions', 'boolean', 'callout'];

/** A credential of a type with a value of its own in every field that can hold text or a number. */
export function filled(type: CredentialView): { data: Fields; marks: Mark[] } {
	const marks: Mark[] = [];
	const mark = (field: string): string => {
		const value = `mark-${marks.length}-`;
		marks.push({ field, value });
		return value;
	};
	const data = fieldsOf(type.properties, '', mark);
	if (type.properties.some(({ name }) => name === 'accessTokenUrl')) {
		data.oauthTokenData = grant('oauthTokenData', mark);
	}
	return { data, marks };
}

function fieldsOf(
	properties: readonly PropertyView[],
	parent: string,
	mark: (field: string) => string,
): Fields {
	const names = [...new Set(properties.map(({ name }) => name))];
	const entries = names.flatMap((name) => {
		const same = properties.filter((property) => property.name === name);
		const shown = same.find(({ type = '' }) => !SILENT.includes(type));
		return shown ? [[name, valueOf(shown, parent + name, mark)] as const] : [];
	});
	return Object.fromEntries(entries);
}

function valueOf(property: PropertyView, field: string, mark: (field: string) => string): unknown {
	if (property.type === 'json') return JSON.stringify(request(field, mark));
	if (property.type !== 'fixedCollection') return mark(field);
	const groups = (property.options ?? []).map(({ name, values = [] }) => {
		return [name, [fieldsOf(values, `${field}.${name}.0.`, mark)]] as const;
	});
	return Object.fromEntries(groups);
}

const request = (field: string, mark: (field: string) => string): Fields => ({
	headers: {
		Authorization: mark(`${field}.headers.Authorization`),
		Accept: mark(`${field}.headers.Accept`),
	},
	anything: mark(`${field}.anything`),
});

const grant = (field: string, mark: (field: string) => string): Fields => ({
	access_token: mark(`${field}.access_token`),
	refresh_token: mark(`${field}.refresh_token`),
	token_type: mark(`${field}.token_type`),
	scope: mark(`${field}.scope`),
});
