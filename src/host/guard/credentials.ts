import type { Host } from './host';
import type { KnownSecrets } from './learn/known';
import { secretsOf } from './learn/secretsOf';
import type { CredentialView } from './learn/shapes';

/** A stored credential; its data is encrypted. */
export interface StoredCredential {
	id: string;
	name: string;
	type: string;
	data: string;
}

interface Credentials {
	getData(): unknown;
}

/** How long what the database said is taken for true, in milliseconds. */
const FRESH_MS = 1_000;
const MOST_IDS_PER_QUERY = 500;

/** The stored credentials of the host, as far as they were asked for, and what they hold. */
export class CredentialDirectory {
	/** Encrypted data by id, null for a credential that does not exist. */
	readonly #seen = new Map<string, { data: string | null; type: string; atMs: number }>();

	constructor(
		private readonly host: Host,
		private readonly known: KnownSecrets,
		private readonly clock: () => number,
	) {}

	/** Whether the credential existed when it was last asked for. */
	exists(id: string): boolean {
		return (this.#seen.get(id)?.data ?? null) !== null;
	}

	typeOf(id: string): string | undefined {
		return this.#seen.get(id)?.type;
	}

	/** Learns what these credentials hold now. A credential that cannot be decrypted holds nothing usable. */
	async learn(ids: Iterable<string>): Promise<void> {
		const now = this.clock();
		const stale = [...ids].filter((id) => now - (this.#seen.get(id)?.atMs ?? 0) > FRESH_MS);
		for (let at = 0; at < stale.length; at += MOST_IDS_PER_QUERY) {
			await this.#ask(stale.slice(at, at + MOST_IDS_PER_QUERY), now);
		}
	}

	/** Every stored credential, for the logs. */
	async learnAll(): Promise<void> {
		const ids = await this.#rows({ select: ['id'] });
		await this.learn(ids.map(({ id }) => id));
	}

	/** Something about a credential has changed. */
	outdate(id: string): void {
		const seen = this.#seen.get(id);
		if (seen !== undefined) seen.atMs = 0;
	}

	/** The credential with this id, or with this encrypted data. */
	async stored(where: { id?: string; data?: string }): Promise<StoredCredential | null> {
		if (!where.id && !where.data) return null;
		const [row] = await this.#rows({ where, select: ['id', 'name', 'type', 'data'], take: 1 });
		return row ?? null;
	}

	async #ask(ids: string[], atMs: number): Promise<void> {
		const { In } = this.host.package<{ In(ids: string[]): unknown }>('@n8n/typeorm');
		const rows = await this.#rows({
			where: { id: In(ids) },
			select: ['id', 'name', 'type', 'data'],
		});
		const found = new Map(rows.map((row) => [row.id, row]));
		for (const id of ids) await this.#take(id, found.get(id), atMs);
	}

	async #rows(query: object): Promise<StoredCredential[]> {
		const database = this.host.package('@n8n/db');
		const repository = this.host.service<{ find(query: object): Promise<StoredCredential[]> }>(
			this.host.classOf(database, 'CredentialsRepository'),
		);
		return await repository.find(query);
	}

	async #take(id: string, row: StoredCredential | undefined, atMs: number): Promise<void> {
		const before = this.#seen.get(id);
		this.#seen.set(id, { data: row?.data ?? null, type: row?.type ?? '', atMs });
		if (row === undefined || row.data === before?.data) return;
		const data = await this.decryptedOrNull(row);
		if (data === null) return;
		const { secrets, cut } = secretsOf(this.viewOf(row.type), data);
		this.known.learn(id, row.name, secrets, cut);
	}

	/** `null` for a row of another encryption key: no node of this host can use it either. */
	async decryptedOrNull(row: StoredCredential): Promise<Record<string, unknown> | null> {
		const core = this.host.package<{
			Credentials: new (link: object, type: string, data: string) => Credentials;
		}>('n8n-core');
		try {
			const credentials = new core.Credentials({ id: row.id, name: row.name }, row.type, row.data);
			return (await credentials.getData()) as Record<string, unknown>;
		} catch {
			return null;
		}
	}

	/** A credential type with what it inherits; undefined when it is not installed. */
	viewOf(type: string): CredentialView | undefined {
		try {
			const helper = this.host.service<{ getCredentialsProperties(type: string): unknown }>(
				this.host.classOf(this.host.own('credentials-helper'), 'CredentialsHelper'),
			);
			const properties = helper.getCredentialsProperties(type) as CredentialView['properties'];
			return { name: type, properties };
		} catch {
			return undefined;
		}
	}
}
