import type {
	ICredentialDataDecryptedObject,
	IExecuteFunctions,
	IHookFunctions,
	INode,
	IWebhookFunctions,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import { kindOfType } from '../kinds';

/** What the host has of a credential, expressions unresolved. Secret. */
export type StoredData = ICredentialDataDecryptedObject;

/** A credential of this n8n, by its id. */
export interface StoredName {
	readonly id: string;
	readonly name: string;
	readonly type: string;
}

/** The part of the host's own execution context that its types keep to themselves. */
interface InnerContext {
	readonly additionalData?: Partial<IWorkflowExecuteAdditionalData>;
	readonly node?: INode;
	readonly mode?: 'manual';
}

interface EntityReader {
	getCredentialsEntity(
		credential: { id: string; name: string },
		type: string,
	): Promise<{ updatedAt?: unknown }>;
}

/**
 * Credentials of the n8n in which a node runs, whatever their type: what its public API never gives.
 *
 * What is read here may be compared, looked for, and put back where it was; it goes into no item and
 * over no wire. The host refuses types that their package keeps to its own nodes, and so does this,
 * but for those of Sealbox.
 */
export class StoredCredentials {
	readonly #inner: InnerContext;

	constructor(context: IExecuteFunctions | IHookFunctions | IWebhookFunctions) {
		this.#inner = context as unknown as InnerContext;
	}

	/** `null` where this n8n has no such credential, or does not let it be read. */
	async readOrNull({ id, name, type }: StoredName): Promise<StoredData | null> {
		const { additionalData, node, mode = 'manual' } = this.#inner;
		const helper = additionalData?.credentialsHelper;
		if (helper === undefined || node === undefined || !this.#mayRead(type)) return null;
		try {
			return await helper.getDecrypted(
				additionalData as IWorkflowExecuteAdditionalData,
				{ id, name },
				type,
				mode,
				{ data: {}, node, source: null },
				true,
			);
		} catch {
			// Another n8n's credential, one that is gone, or one that a policy of this n8n keeps back.
			return null;
		}
	}

	/** As the host has it stored: encrypted, and another text whenever it was saved. `null` as above. */
	async sealedOrNull({ id, name, type }: StoredName): Promise<string | null> {
		const helper = this.#inner.additionalData?.credentialsHelper;
		if (helper === undefined || !this.#mayRead(type)) return null;
		try {
			return (await helper.getCredentials({ id, name }, type)).data ?? null;
		} catch {
			return null;
		}
	}

	/** When it was changed last, in milliseconds since 1970; `null` where this n8n does not tell. */
	async changedAtOrNull({ id, name, type }: StoredName): Promise<number | null> {
		const helper = this.#inner.additionalData?.credentialsHelper as
			| Partial<EntityReader>
			| undefined;
		try {
			const entity = await helper?.getCredentialsEntity?.({ id, name }, type);
			return entity?.updatedAt instanceof Date ? entity.updatedAt.getTime() : null;
		} catch {
			// Another n8n's credential, or one that is gone.
			return null;
		}
	}

	/** Puts back what was read, exactly. @throws what the host throws; its error may hold anything */
	async restore({ id, name, type }: StoredName, data: StoredData): Promise<void> {
		await this.#inner.additionalData?.credentialsHelper?.updateCredentials(
			{ id, name },
			type,
			data,
		);
	}

	#mayRead(type: string): boolean {
		const helper = this.#inner.additionalData?.credentialsHelper;
		const isOpen = helper?.isCredentialUsableByNode(type, this.#inner.node?.type ?? '') ?? false;
		return isOpen || kindOfType(type) !== undefined;
	}
}
