import type { Source } from '../../tokens/issued';
import type { Tokens } from '../../tokens/tokens';

const EVERY_MS = 5 * 60_000;
const DAY_MS = 86_400_000;
/** Whoever deletes a credential, or pastes another grant into it, does not say so. */
const FOR_MS = 30 * DAY_MS;
const MOST_USED = 1_000;

/**
 * Keeps the grants alive that this process has used: services end a grant that nobody renews for a while,
 * and a workflow may run once a month. n8n says nothing of credentials that nobody uses, so that a grant is
 * on its own after 30 days without use, and from a restart until it is used again.
 */
export class KeepAlive {
	readonly #used = new Map<string, { source: Source; atMs: number }>();
	#isOn = false;

	constructor(
		private readonly tokens: Pick<Tokens, 'keepAlive'>,
		private readonly clock: () => number,
	) {}

	use(source: Source): void {
		if (source.consent === undefined) return;
		if (this.#used.size >= MOST_USED && !this.#used.has(source.id)) this.#used.clear();
		this.#used.set(source.id, { source, atMs: this.clock() });
		if (!this.#isOn) setInterval(() => void this.look(), EVERY_MS).unref();
		this.#isOn = true;
	}

	async look(): Promise<void> {
		for (const [id, { source, atMs }] of this.#used) {
			if (this.clock() - atMs > FOR_MS) this.#used.delete(id);
			// What went wrong stands in the record; nobody waits for this.
			else await this.tokens.keepAlive(source).catch(() => {});
		}
	}
}
