import { SealboxError } from '../sealing/error';
import type { State } from '../state/state';
import type { Source } from './issued';

interface Opened {
	/** Keyed hash of what the client proved itself with when it was refused. */
	readonly proof: string;
	readonly code: string;
}

const PROBE_EVERY_MS = 10 * 60_000;

/**
 * Keeps a client that its service does not accept from asking again and again, in the name of all its
 * credentials. One of them may try every ten minutes, and any of them once the client was edited.
 */
export class Circuit {
	constructor(private readonly state: State) {}

	/**
	 * Whether this source may ask: `closed` when nothing is known against it, `probing` when it may try in the
	 * name of all, or the code with which the service refuses the client.
	 */
	async ask(source: Source): Promise<'closed' | 'probing' | { readonly refused: string }> {
		const opened = await this.#read(source);
		if (opened === null) return 'closed';
		if (opened.proof !== source.clientProof) return 'probing';
		const isFirst = await this.state.claim(probeKey(source), PROBE_EVERY_MS);
		return isFirst ? 'probing' : { refused: opened.code };
	}

	async open(source: Source, code: string): Promise<void> {
		const key = keyOf(source);
		await this.state.claim(probeKey(source), PROBE_EVERY_MS);
		const stored = await this.state.read(key);
		const value = JSON.stringify({ proof: source.clientProof, code } satisfies Opened);
		const body = JSON.stringify({ client: source.client, label: source.label, reason: code });
		const id = `client.circuit_opened/${source.client}/${source.clientProof}/${stored?.version ?? 0}`;
		const events = stored?.value === value ? [] : [{ id, type: 'client.circuit_opened', body }];
		await this.state.swap({ key, expected: stored?.version ?? 0, value, events });
	}

	/** After the service has accepted the client. */
	async close(source: Source): Promise<void> {
		const stored = await this.state.read(keyOf(source));
		if (stored === null) return;
		const body = JSON.stringify({ client: source.client, label: source.label });
		const id = `client.circuit_closed/${source.client}/${source.clientProof}/${stored.version}`;
		const events = [{ id, type: 'client.circuit_closed', body }];
		await this.state.swap({ key: keyOf(source), expected: stored.version, value: null, events });
	}

	async #read(source: Source): Promise<Opened | null> {
		const stored = await this.state.read(keyOf(source));
		return stored === null ? null : (JSON.parse(stored.value) as Opened);
	}
}

const keyOf = ({ client }: Source): string => `token-circuit/${client}`;
const probeKey = ({ client, clientProof }: Source): string =>
	`token-probe/${client}/${clientProof}`;

export const circuitOpen = (label: string, code: string): SealboxError =>
	new SealboxError(
		'ERR_TOKEN_CONFIG',
		`${label} does not accept this client (${code}). Correct Client ID and Client Secret of the credential; the next request then tries again at once.`,
	);
