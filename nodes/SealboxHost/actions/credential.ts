import {
	createCredential,
	deleteCredential,
	fieldTypesOf,
	getCredential,
	listCredentials,
	testCredential,
	transferCredential,
	typed,
	updateCredential,
} from '../../../src/hostApi/credentials';
import { triggers } from '../../../src/host/webhooks';
import { SealboxError } from '../../../src/sealing/error';
import { items, type Job, type Operation } from '../operation';
import { idOf, parameter, rangeOf, textOf } from '../parameters';
import { valuesOf } from '../values';
import { rotateCredential } from './rotate';

const SENTENCES = {
	passed: 'The service took the credential.',
	refused: 'The service turned the credential away, or did not answer.',
	untested: 'n8n has no test for credentials of this type.',
};

export const credential: Record<string, Operation> = {
	rotate: rotateCredential,

	getAll: async ({ context, item, api }) => {
		const { type = '' } = parameter<{ type?: string }>(context, 'filters', item, {});
		return items(...(await listCredentials(api, { type: type.trim(), ...rangeOf(context, item) })));
	},

	get: async ({ context, item, api }) =>
		items(await getCredential(api, idOf(context, 'credentialId', item))),

	async create({ context, item, api }) {
		const [name, type, projectId] = ['name', 'type', 'projectId'].map((field) =>
			textOf(context, field, item),
		) as [string, string, string];
		if (name === '' || type === '') throw invalid('Name and Type are needed. Fill them in.');
		const data = typed(await valuesOf(context, item, type), await fieldTypesOf(api, type));
		const made = await createCredential(api, { name, type, data, ...(projectId && { projectId }) });
		record('credential.created_by_workflow', context, made);
		return items(made);
	},

	async update({ context, item, api }) {
		const id = idOf(context, 'credentialId', item);
		const name = textOf(context, 'name', item);
		const { type } = await getCredential(api, id);
		const values = await valuesOf(context, item, type);
		const hasValues = Object.keys(values).length > 0;
		if (!hasValues && name === '')
			throw invalid('Nothing is to be changed. Add a name or a field.');
		const data = hasValues ? typed(values, await fieldTypesOf(api, type)) : undefined;
		const made = await updateCredential(api, id, { name, ...(data && { data }) });
		record('credential.updated_by_workflow', context, made, Object.keys(values));
		return items(made);
	},

	async test({ context, item, api }) {
		const id = idOf(context, 'credentialId', item);
		const outcome = await testCredential(api, id);
		return items({ id, outcome, message: SENTENCES[outcome] });
	},

	async transfer({ context, item, api }) {
		const id = idOf(context, 'credentialId', item);
		const projectId = textOf(context, 'projectId', item);
		if (projectId === '') throw invalid('Project ID is empty. Enter the project to move it to.');
		await transferCredential(api, id, projectId);
		return items({ id, projectId, transferred: true });
	},

	async delete({ context, item, api }) {
		const id = idOf(context, 'credentialId', item);
		const { name, type } = await getCredential(api, id);
		await deleteCredential(api, id);
		record('credential.deleted_by_workflow', context, { id, type });
		return items({ id, name, type, deleted: true });
	},
};

/** Puts on record what a workflow did to a credential: names of fields, and no value. */
function record(
	type: string,
	context: Job['context'],
	credential: { id: string; type: string },
	fields: readonly string[] = [],
): void {
	triggers().record({
		type,
		subject: {
			credential: credential.id,
			credentialType: credential.type,
			workflow: context.getWorkflow().id ?? '',
			execution: context.getExecutionId(),
			...(fields.length === 0 ? {} : { fields: fields.join(', ') }),
		},
	});
}

const invalid = (sentence: string) => new SealboxError('ERR_VALUE_INVALID', sentence);
