import { validateCredential } from '../../kinds/describe';
import { findPasteMistake, isExpression } from '../../kinds/pasted';
import { kindOfType } from '../../kinds/registry';
import type { CredentialView, PropertyView } from './learn/shapes';

/** A value that is plainly wrong for its kind. Neither part holds any of it. */
export interface Implausible {
	readonly field: string;
	readonly why: string;
}

/** A property as n8n has it; those with options to be shown may be left out. */
interface FormProperty extends PropertyView {
	readonly required?: boolean;
	readonly displayOptions?: object;
}

/** What is plainly wrong with the fields of a credential that somebody has just filled in. */
export function implausibleFields(
	type: string,
	view: CredentialView | undefined,
	data: Readonly<Record<string, unknown>>,
): Implausible[] {
	if (kindOfType(type) !== undefined) {
		const found = validateCredential(type, data);
		return found.valid ? [] : found.errors.map(({ field, message }) => ({ field, why: message }));
	}
	const secrets = (view?.properties ?? []).filter(({ typeOptions }) => typeOptions?.password);
	return secrets.flatMap((property) => mistakeIn(property, data[property.name]) ?? []);
}

function mistakeIn(property: FormProperty, value: unknown): Implausible | null {
	const { name: field, required, displayOptions } = property;
	if (value === undefined || value === '') {
		return required && displayOptions === undefined ? { field, why: 'It is empty.' } : null;
	}
	if (typeof value !== 'string' || isExpression(value)) return null;
	// Keys of several lines are checked where they are parsed.
	const isDocument = value.trim().includes('\n');
	const mistake = findPasteMistake(value, isDocument ? 'document' : 'password');
	return mistake && { field, why: `It ${mistake.says}` };
}
