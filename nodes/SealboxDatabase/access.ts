import type { IExecuteFunctions, ILoadOptionsFunctions } from 'n8n-workflow';
import type { Access } from '../../src/database/lend';
import { mayVary } from '../../src/host/credentialExpressions';
import { noteUse } from '../../src/host/rotations';

const TYPE = 'sealboxDatabaseApi';

/** Items that use the same values of the credential. */
export interface Group {
	readonly access: Access;
	readonly items: number[];
}

/** The items by what their credential comes to; those whose credential could not be read apart. */
export async function groupsOf(
	context: IExecuteFunctions,
): Promise<{ groups: Group[]; unreadable: Map<number, unknown> }> {
	const groups = new Map<string, Group>();
	const unreadable = new Map<number, unknown>();
	const indexes = [...context.getInputData().keys()];
	const varies = indexes.length > 1 && (await mayVary(context, TYPE));
	for (const item of varies ? indexes : indexes.slice(0, 1)) {
		try {
			const data = await context.getCredentials(TYPE, item);
			const key = JSON.stringify(data);
			if (!groups.has(key)) noteUse(context, TYPE, data);
			const group = groups.get(key) ?? { access: accessOf(context, data), items: [] };
			groups.set(key, group);
			group.items.push(...(varies ? [item] : indexes));
		} catch (error) {
			for (const index of varies ? [item] : indexes) unreadable.set(index, error);
		}
	}
	return { groups: [...groups.values()], unreadable };
}

/** For the lists in the editor. */
export const editorAccess = async (context: ILoadOptionsFunctions): Promise<Access> =>
	accessOf(context, await context.getCredentials(TYPE));

function accessOf(context: IExecuteFunctions | ILoadOptionsFunctions, data: object): Access {
	const { getSSHClient } = context.helpers;
	return {
		id: context.getNode().credentials?.[TYPE]?.id ?? '',
		data,
		openSsh: async (login) => await getSSHClient(login),
	};
}
