import { fieldAt, Finds } from './finds';
import { learnLogins } from './logins';
import { isPublicName } from './names';
import type { CredentialView, Learned, PropertyView } from './shapes';
import { learnTree, type Rules } from './tree';

type Fields = Readonly<Record<string, unknown>>;
type Properties = ReadonlyMap<string, readonly PropertyView[]>;

/** What the host keeps of a grant, beside the fields of the form. */
const TOKEN_FIELD = 'oauthTokenData';

/** Their values are choices of the type's author. */
const CHOICES = new Set(
	'options multiOptions boolean notice button callout color dateTime credentialsSelect'.split(' '),
);

/**
 * The secrets of a decrypted credential.
 *
 * Fields of the type are judged by their marks, by what their names say, and by what stands in
 * them; fields that the type does not have, and all fields of a type that is not installed, are
 * secrets unless they are plainly public. Expressions that were not resolved are none, and neither
 * are certificates and public keys. At most 500 secrets of 50,000 UTF-16 units in all are learned.
 *
 * @param type - with inherited properties; undefined when it is not installed
 * @param data - the decrypted fields; secret
 */
export function secretsOf(type: CredentialView | undefined, data: Fields): Learned {
	const finds = new Finds();
	learnFields(finds, '', byName(type?.properties ?? []), data);
	learnLogins(finds, data);
	return finds.learned;
}

/** A type may have several properties of one name, each shown for another choice. */
function byName(properties: readonly PropertyView[]): Properties {
	const named = new Map<string, PropertyView[]>();
	for (const property of properties) {
		const same = named.get(property.name);
		if (same === undefined) named.set(property.name, [property]);
		else same.push(property);
	}
	return named;
}

function learnFields(finds: Finds, parent: string, form: Properties, data: Fields): void {
	for (const name of Object.keys(data)) {
		if (finds.isFull) return;
		const value = data[name];
		const properties = form.get(name) ?? [];
		const field = fieldAt(parent, name);
		if (learnGroups(finds, field, properties, value)) continue;
		const rules = rulesOf(name, properties);
		if (rules !== null) learnTree(finds, { field, name, value }, rules);
	}
}

/** The strictest of the properties decides; null when its values are no secrets. */
function rulesOf(name: string, properties: readonly PropertyView[]): Rules | null {
	if (name === TOKEN_FIELD) return { verdict: 'token' };
	if (properties.length === 0) return { verdict: 'unknown' };
	if (properties.some(isMarked)) return { verdict: 'marked' };
	if (properties.some(({ typeOptions }) => typeOptions?.redactJsonLeaves)) {
		return { verdict: 'unknown' };
	}
	if (properties.some(({ type }) => type === 'json')) {
		return { verdict: isPublicName(name) ? 'named' : 'unknown', isTemplate: true };
	}
	const isChoice = properties.every(({ type = '' }) => CHOICES.has(type));
	return isChoice ? null : { verdict: 'named' };
}

const isMarked = ({ typeOptions }: PropertyView): boolean =>
	Boolean(typeOptions?.password || typeOptions?.expirable);

/**
 * Learns from a collection or a fixed collection.
 *
 * @returns false when the property is none, or its value has another shape
 */
function learnGroups(
	finds: Finds,
	field: string,
	properties: readonly PropertyView[],
	value: unknown,
): boolean {
	const options = properties
		.filter(({ type }) => type === 'collection' || type === 'fixedCollection')
		.flatMap((property) => property.options ?? []);
	if (options.length === 0 || !isFields(value)) return false;
	const form = byName(options.filter((option) => option.values === undefined));
	const groups = new Map(options.map((option) => [option.name, option.values]));
	for (const [name, group] of Object.entries(value)) {
		const values = groups.get(name);
		if (values === undefined) learnFields(finds, field, form, { [name]: group });
		else learnRows(finds, fieldAt(field, name), byName(values), group);
	}
	return true;
}

function learnRows(finds: Finds, field: string, form: Properties, rows: unknown): void {
	if (!Array.isArray(rows)) return learnRow(finds, field, form, rows);
	rows.forEach((row, i) => learnRow(finds, fieldAt(field, String(i)), form, row));
}

function learnRow(finds: Finds, field: string, form: Properties, row: unknown): void {
	if (isFields(row)) learnFields(finds, field, form, row);
	else learnTree(finds, { field, name: '', value: row }, { verdict: 'unknown' });
}

const isFields = (value: unknown): value is Fields =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
