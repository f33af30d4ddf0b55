import { rotateHere } from '../../../src/host/credentialRotation';
import { tryCredential } from '../../../src/host/credentialTrial';
import { ownType, type CredentialType } from '../../../src/host/request/credential';
import type { Json } from '../../../src/hostApi/client';
import { assertUses } from '../../../src/hostApi/workflows';
import { sealFields } from '../../../src/sealing/itemFields';
import { SealboxError } from '../../../src/sealing/error';
import { createScrubber } from '../../../src/sealing/scrub';
import { PREDEFINED_TYPES } from '../../SealboxRequest/credentialTypes';
import { items, type Job, type Operation } from '../operation';
import { idOf, parameter } from '../parameters';
import { sealingOf, valuesOf } from '../values';

interface Options {
	readonly goOnWithoutRollBack?: boolean;
	readonly outputSealed?: boolean;
	readonly tryUrl?: string;
}

/** Writes a new secret, tests it, and puts the earlier one back where the test refuses it. */
export const rotateCredential: Operation = async (job) => {
	const { context, item, api } = job;
	const id = idOf(context, 'credentialId', item);
	const test = testOf(job);
	const options = parameter<Options>(context, 'options', item, {});
	const sealing = await sealingOf(context, item);
	if (options.outputSealed === true && sealing === null) {
		throw invalid('Output Sealed Values needs keys. Turn on Use Sealing Keys and choose them.');
	}
	const workflowId = test === 'workflow' ? idOf(context, 'workflowId', item) : undefined;
	if (workflowId !== undefined) await assertUses(api, workflowId, id);
	const tryUrl = String(options.tryUrl ?? '').trim();
	const rotated = await rotateHere(context, api, {
		id,
		test,
		...(workflowId !== undefined && { workflowId }),
		mayGoOnWithoutRollBack: options.goOnWithoutRollBack === true,
		values: async ({ type }) => await valuesOf(context, item, type),
		...(tryUrl !== '' && {
			tryFirst: async ({ type }, data) =>
				await tryCredential(context, credentialTypeOf(type), data, tryUrl),
		}),
	});
	const { credential, fields, values } = rotated;
	const shown = {
		id,
		name: credential.name,
		type: credential.type,
		rotated: true,
		fields,
		test: rotated.test,
		rotatedAt: new Date().toISOString(),
	};
	const sealed =
		options.outputSealed === true && sealing !== null
			? { sealed: sealFields(values, { by: 'all' }, sealing) }
			: {};
	return items({ ...withoutValues(shown, values), ...sealed });
};

/** How a type is put on a request. @throws SealboxError for types that no request can carry */
const credentialTypeOf = (name: string): CredentialType =>
	PREDEFINED_TYPES.find((type) => type.name === name) ?? ownType(name);

function testOf({ context, item }: Job): 'n8n' | 'workflow' | 'none' {
	const test = parameter(context, 'test', item, 'n8n');
	if (test === 'n8n' || test === 'workflow' || test === 'none') return test;
	throw invalid('Test is one of n8n, workflow and none.');
}

/** Nothing of what was written is in there; a name that holds it would be. */
const withoutValues = <T>(shown: T, values: Json): T =>
	createScrubber(
		Object.entries(values)
			.filter((entry): entry is [string, string] => typeof entry[1] === 'string')
			.map(([name, value]) => ({ name, value })),
	).value(shown);

const invalid = (sentence: string) => new SealboxError('ERR_VALUE_INVALID', sentence);
