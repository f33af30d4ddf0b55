/** A credential type of n8n. */
export interface NamedType {
	readonly name: string;
	readonly displayName: string;
}

/** A credential type of n8n that authenticates HTTP requests, and how. */
export interface PredefinedType extends NamedType {
	/**
	 * `declared` adds fixed fields to headers or query, `declaredInBody` to the body as well;
	 * `coded` is a function of the type that may look at the whole request.
	 */
	readonly way: 'oAuth1' | 'oAuth2' | 'declared' | 'declaredInBody' | 'coded';
	/** It logs in first, and logs in again after a 401. */
	readonly session?: boolean;
	/** What n8n's OAuth2 client has to know about this service. */
	readonly oAuth2?: object;
}
