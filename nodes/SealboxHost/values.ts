import type { IExecuteFunctions } from 'n8n-workflow';
import { generate } from '../../src/hostApi/generate';
import { keysetOf } from '../../src/kinds/keyset';
import { openValue, type Sealing } from '../../src/sealing/itemFields';
import { isEnvelope } from '../../src/sealing/seal';
import { SealboxError } from '../../src/sealing/error';
import { parameter } from './parameters';

/** The values that go into a credential: secret, and told to nobody. */

interface Row {
	readonly name?: string;
	readonly from?: string;
	readonly value?: unknown;
	readonly length?: number;
	readonly alphabet?: string;
}

/** @throws SealboxError `ERR_VALUE_INVALID`, and what opening a sealed value throws */
export async function valuesOf(
	context: IExecuteFunctions,
	item: number,
	type: string,
): Promise<Record<string, unknown>> {
	const rows = rowsIn(parameter(context, 'fields', item, {}));
	const written = rowsIn(context.getNode().parameters.fields);
	const sealing = await sealingOf(context, item);
	const secret = secretFieldsOf(context, type);
	const values: Record<string, unknown> = {};
	for (const [index, row] of rows.entries()) {
		const name = (row.name ?? '').trim();
		if (name === '') throw invalid('A field has no name. Write its name as n8n’s API has it.');
		if (Object.hasOwn(values, name)) throw invalid(`The field ${name} is given twice. Remove one.`);
		const isFixed = !String(written[index]?.value ?? '').startsWith('=');
		values[name] = valueOf(row, name, isFixed && secret(name), sealing);
	}
	return values;
}

function valueOf(row: Row, name: string, isStored: boolean, sealing: Sealing | null): unknown {
	if (row.from === 'generated')
		return generate(Number(row.length ?? 40), row.alphabet ?? 'alphanumeric');
	const { value } = row;
	if (isEnvelope(value)) {
		if (sealing !== null) return openValue(value, sealing);
		throw invalid(
			`The value of ${name} is sealed. Turn on Use Sealing Keys and choose the credential that it was sealed with.`,
		);
	}
	if (value === undefined || value === null || value === '') {
		throw invalid(`The value of ${name} is empty. Check its expression.`);
	}
	if (!isStored) return value;
	throw invalid(
		`The value of ${name} is fixed text, which the workflow stores in clear. Use an expression, best to a sealed value, or generate it.`,
	);
}

const rowsIn = (fields: unknown): Row[] => (fields as { field?: Row[] } | undefined)?.field ?? [];

/** The keys to open sealed values with; `null` when the node uses none. */
export async function sealingOf(context: IExecuteFunctions, item: number): Promise<Sealing | null> {
	if (!parameter(context, 'useKeys', item, false)) return null;
	const credential = await context.getCredentials('sealboxSealingKeysApi', item);
	return {
		keyset: await keysetOf(credential),
		context: String(parameter(context, 'context', item, '')),
	};
}

/** What the form of a type marks as a password. Of a type that this n8n does not have, everything. */
function secretFieldsOf(context: IExecuteFunctions, type: string): (name: string) => boolean {
	try {
		const form = context.getCredentialsProperties(type);
		return (name) => {
			const fields = form.filter((property) => property.name === name);
			return (
				fields.length === 0 || fields.some(({ typeOptions }) => typeOptions?.password === true)
			);
		};
	} catch {
		return () => true;
	}
}

const invalid = (sentence: string) => new SealboxError('ERR_VALUE_INVALID', sentence);
