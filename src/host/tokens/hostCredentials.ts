import { Host, type Class } from '../guard/host';

interface Stored {
	readonly id: string;
	readonly name: string;
	readonly type: string;
	/** Encrypted. */
	readonly data: string;
}

type Fields = Record<string, unknown>;

interface Credentials {
	getData(): Fields | Promise<Fields>;
	updateData(changes: Fields): unknown;
	getDataToSave(): object;
}

type StoredCredentials = new (link: object, type: string, data: string) => Credentials;

interface Repository {
	find(query: object): Promise<Stored[]>;
	update(where: object, changes: object): Promise<unknown>;
}

/** The n8n that runs this process, or `null` for a process that is none. */
export function runningHost(): Host | null {
	const program = require.main?.filename ?? process.argv[1] ?? '';
	return /[\\/]n8n[\\/]bin[\\/]n8n$/.test(program) ? new Host(program) : null;
}

/**
 * Changes stored credentials of a type, where `changesFor` finds something to change. A credential that somebody
 * saves in the same moment is left as they want it.
 */
export async function changeStoredCredentials(
	host: Host,
	type: string,
	changesFor: (fields: Fields) => Fields | null,
): Promise<void> {
	const { CredentialsRepository } = host.package<Record<string, Class>>('@n8n/db');
	const repository = host.service<Repository>(CredentialsRepository as Class);
	const { Credentials } = host.package<{ Credentials: StoredCredentials }>('n8n-core');
	for (const { id, name, data } of await repository.find({ where: { type } })) {
		const stored = new Credentials({ id, name }, type, data);
		const fields = await fieldsOrNull(stored);
		const changes = fields === null ? null : changesFor(fields);
		if (changes === null) continue;
		await stored.updateData(changes);
		const row = { ...stored.getDataToSave(), updatedAt: new Date() };
		await repository.update({ id, type, data }, row);
	}
}

/** What cannot be decrypted is not in use either. */
async function fieldsOrNull(stored: Credentials): Promise<Fields | null> {
	try {
		return await stored.getData();
	} catch {
		// n8n says so wherever the credential is used.
		return null;
	}
}
