import { createServer } from 'node:https';
import { listen } from '../../../host/ports.ts';
import { readHost } from '../host.ts';

/** Publishes key sets over TLS, with a certificate that the n8n of the tests trusts. */
export class KeySets {
	/** Paths that were asked for, each time. */
	readonly asked: string[] = [];
	/** Sets by path; a path without one is out of order. */
	readonly sets = new Map<string, unknown>();
	readonly #server = createServer(readHost().tls, (request, response) => {
		const path = request.url ?? '';
		this.asked.push(path);
		const set = this.sets.get(path);
		response.writeHead(set === undefined ? 503 : 200, { 'content-type': 'application/json' });
		response.end(JSON.stringify(set ?? {}));
	});
	#port = 0;

	/** Before the server listens its addresses are not known. */
	async start(): Promise<this> {
		this.#port = await listen(this.#server as never);
		return this;
	}

	get host(): string {
		return `localhost:${this.#port}`;
	}

	url(path: string): string {
		return `https://${this.host}${path}`;
	}

	stop(): void {
		this.#server.closeAllConnections();
		this.#server.close();
	}
}
