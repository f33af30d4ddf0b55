/** A secret of a credential: where it stands, as people know it, and what it is. */
export interface LearnedSecret {
	/** `password`, `oauthTokenData.access_token`, `headers.values.0.value`; of `[A-Za-z0-9._-]` alone. */
	readonly field: string;
	/** Secret. */
	readonly value: string;
}

export interface Learned {
	readonly secrets: readonly LearnedSecret[];
	/** There was more than may be kept of one credential. */
	readonly cut: boolean;
}

/** What is read of a property of a credential type; n8n's `INodeProperties` fits. */
export interface PropertyView {
	readonly name: string;
	readonly type?: string;
	readonly typeOptions?: {
		readonly password?: boolean;
		readonly expirable?: boolean;
		readonly redactJsonLeaves?: boolean;
	};
	/** Properties of a collection, groups of a fixed collection, or the choices of a list. */
	readonly options?: ReadonlyArray<{
		readonly name: string;
		readonly type?: string;
		readonly values?: readonly PropertyView[];
	}>;
}

/** A credential type with its own and its inherited properties. */
export interface CredentialView {
	readonly name: string;
	readonly properties: readonly PropertyView[];
}
