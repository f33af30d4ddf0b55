/** The parts of an untyped package that the authorization server uses. */
declare module 'oidc-provider' {
	import type { RequestListener } from 'node:http';

	export class Provider {
		constructor(issuer: string, configuration: object);
		readonly AccessToken: Provider.Model;
		readonly ClientCredentials: Provider.Model;
		readonly Client: Provider.Model;
		readonly Grant: new (about: object) => Provider.Saved & { addOIDCScope(scope: string): void };
		readonly RefreshToken: Provider.Model & (new (about: object) => Provider.Saved);
		on(event: 'grant.success' | 'grant.error', listener: (context: Provider.Context) => void): void;
		use(middleware: (context: Provider.Context, next: () => Promise<void>) => Promise<void>): void;
		callback(): RequestListener;
	}

	export namespace Provider {
		interface Model {
			find(token: string): Promise<{ destroy(): Promise<void> } | undefined>;
		}
		interface Saved {
			save(): Promise<string>;
		}
		interface Context {
			readonly path: string;
			readonly headers: Record<string, string>;
			status: number;
			/** What an endpoint answers. */
			body: unknown;
			get(header: string): string;
		}
	}
}
