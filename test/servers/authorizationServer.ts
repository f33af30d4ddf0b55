import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** The server of authorizationServer.program.ts, in a process of its own. */
export class AuthorizationServer {
	readonly clientId = 'sealbox-client';
	readonly clientSecret = 'sealbox-client-secret';

	private constructor(
		private readonly process: ChildProcess,
		readonly url: string,
	) {}

	static async start(
		options: { redirectUri?: string; accessTokenSeconds?: number } = {},
	): Promise<AuthorizationServer> {
		const program = join(__dirname, 'authorizationServer.program.ts');
		const server = spawn(process.execPath, ['--no-warnings', program, JSON.stringify(options)], {
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		const [line] = (await once(server.stdout, 'data')) as [Buffer];
		return new AuthorizationServer(server, line.toString().trim());
	}

	get tokenUrl(): string {
		return `${this.url}/token`;
	}

	get revocationUrl(): string {
		return `${this.url}/token/revocation`;
	}

	/** How often it was asked for tokens. */
	async calls(): Promise<number> {
		return ((await this.#told('/calls')) as { calls: number }).calls;
	}

	/** How often it refused to give tokens. */
	async refusals(): Promise<number> {
		return ((await this.#told('/calls')) as { refusals: number }).refusals;
	}

	/** No access token given out so far is good any more. */
	async forget(): Promise<void> {
		await this.#told('/forget');
	}

	/** Neither is any refresh token. */
	async forgetGrants(): Promise<void> {
		await this.#told('/forget-grants');
	}

	/** The refresh token of a new consent. */
	async consent(): Promise<string> {
		return ((await this.#told('/consent')) as { refreshToken: string }).refreshToken;
	}

	async isLive(accessToken: string): Promise<boolean> {
		return ((await this.#told(`/live/${accessToken}`)) as { live: boolean }).live;
	}

	async stop(): Promise<void> {
		const ended = once(this.process, 'exit');
		this.process.kill();
		await ended;
	}

	async #told(path: string): Promise<unknown> {
		return await (await fetch(this.url + path)).json();
	}
}
