/** The parts of two untyped packages that the local services use. */
declare module 'oidc-provider' {
	import type { RequestListener } from 'node:http';

	export class Provider {
		constructor(issuer: string, configuration: object);
		readonly AccessToken: Provider.Model;
		readonly ClientCredentials: Provider.Model;
		on(event: 'grant.success', listener: (context: Provider.Context) => void): void;
		use(middleware: (context: Provider.Context, next: () => Promise<void>) => Promise<void>): void;
		callback(): RequestListener;
	}

	export namespace Provider {
		interface Model {
			find(token: string): Promise<object | undefined>;
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

declare module 'smtp-server' {
	import type { Readable } from 'node:stream';

	type Done = (error?: Error | null, session?: object) => void;
	interface Login {
		readonly method: string;
		readonly username: string;
		readonly password: string;
		readonly accessToken?: string;
	}

	export class SMTPServer {
		constructor(options: {
			[option: string]: unknown;
			onAuth?(login: Login, session: object, done: Done): void;
			onData?(stream: Readable, session: object, done: Done): void;
		});
		listen(port: number, host: string, done: () => void): void;
		close(done: () => void): void;
		on(event: 'error', listener: (error: Error) => void): void;
		readonly connections: Set<object>;
	}
}
