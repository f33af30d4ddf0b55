import type { StoredCredential } from './credentials';
import type { Guard } from './guard';
import type { Host } from './host';

type Kind = 'created' | 'updated' | 'deleted';

/** What n8n tells its hooks of a credential that is about to be stored: it has no id before its first time. */
type Announced = Partial<StoredCredential>;

/** What n8n's own listeners are told once a change has been made. */
interface Told {
	readonly user?: { readonly id?: string };
	readonly credentialId?: string;
}

/** The hooks run before a change, which may be refused after all; by then it is done. */
const SETTLE_MS = 1_000;

/** Puts on record what is done to stored credentials, and what is plainly wrong with new values. */
export class CredentialChanges {
	/** Id of a credential -> id of the user who changed it last. */
	readonly #actors = new Map<string, string>();
	readonly #pending = new Set<() => Promise<void>>();

	constructor(
		private readonly host: Host,
		private readonly guard: Guard,
	) {}

	/** Learns who makes changes. A host that does not tell leaves the record without names. */
	listen(): void {
		try {
			const events = this.host.service<{ on(name: string, told: (event: Told) => void): void }>(
				this.host.classOf(this.host.own('events/event.service'), 'EventService'),
			);
			for (const kind of ['created', 'updated', 'deleted']) {
				events.on(`credentials-${kind}`, ({ user, credentialId }) => {
					if (user?.id && credentialId) this.#actors.set(credentialId, user.id);
				});
			}
		} catch {
			// Who did it is then not on record.
		}
	}

	/** A credential is about to be created or updated. Never throws: the change goes on. */
	announce(kind: 'created' | 'updated', credential: unknown): void {
		const announced = (credential ?? {}) as Announced;
		this.#later(() => this.#recordStored(kind, announced));
	}

	/** What was done to the credential before has to be on record first: soon there is nothing to look at. */
	async announceDeletion(id: string): Promise<void> {
		await this.settle();
		this.#later(() => this.#recordDeleted(id));
	}

	/** Puts on record at once what waits. */
	async settle(): Promise<void> {
		await Promise.all([...this.#pending].map((record) => record()));
	}

	#later(work: () => Promise<void>): void {
		const record = async () => {
			clearTimeout(timer);
			if (!this.#pending.delete(record)) return;
			// The database may be gone; n8n stops then, or says so itself.
			await work().catch(() => undefined);
		};
		const timer = setTimeout(() => void record(), SETTLE_MS).unref();
		this.#pending.add(record);
	}

	async #recordStored(kind: 'created' | 'updated', announced: Announced): Promise<void> {
		const { credentials } = this.guard.parts;
		const row = await credentials.stored(
			announced.id ? { id: announced.id } : { data: announced.data },
		);
		if (row === null) return;
		this.#record(kind, row.id, row.type);
		const { implausibleFields } = await import('./implausible');
		const data = await credentials.decryptedOrNull(row);
		const found = data && implausibleFields(row.type, credentials.viewOf(row.type), data);
		for (const { field, why } of found ?? []) {
			this.guard.parts.record('credential.implausible', { credential: row.id, field, why });
		}
	}

	async #recordDeleted(id: string): Promise<void> {
		const row = await this.guard.parts.credentials.stored({ id });
		if (row === null) this.#record('deleted', id);
	}

	#record(kind: Kind, credential: string, type?: string): void {
		const actor = this.#actors.get(credential);
		this.#actors.delete(credential);
		this.guard.parts.record(`credential.${kind}`, { credential, type }, actor);
	}
}
