import { announceOnce } from '../events/announce';
import { isSealboxError } from '../sealing/error';
import { endingOf, isSameEnding, markOf } from './ending';
import { eventOfEnding } from './event';
import type { TokenRecord } from './record';
import type { TokenSettings } from './settings';
import { RECORDS, Shelf } from './shelf';

/** What one look may cost. Where there are more grants, the next looks take the others. */
const MOST_LOOKED_AT = 200;
const MOST_REMEMBERED = 1_000;
/** Ids are hex digits. */
const PARTS = [...'0123456789abcdef'];

/** Announces what ends soon and is not renewed by itself: T23. */
export class Watch {
	/** What this process knows to be announced. */
	readonly #announced = new Map<string, string>();
	#part = 0;

	constructor(
		private readonly settings: Pick<TokenSettings, 'state' | 'clock'>,
		private readonly shelf: Shelf,
	) {}

	/** Announces it once in all processes, whoever comes upon it. Rejects with what the store throws. */
	async lookAt(id: string, record: TokenRecord): Promise<void> {
		const ending = endingOf(record, this.settings.clock());
		if (ending === null) return;
		const subject = `expiring/${id}/${ending.what}`;
		const mark = markOf(record, ending);
		const known = this.#announced.get(subject);
		if (known !== undefined && isSameEnding(known, mark)) return;
		const isSame = (earlier: string) => isSameEnding(earlier, mark);
		const event = eventOfEnding(id, record, ending);
		await announceOnce(this.settings.state, { subject, mark, isSame, event });
		if (this.#announced.size >= MOST_REMEMBERED) this.#announced.clear();
		this.#announced.set(subject, mark);
	}

	/** Looks at grants that nobody uses at the moment. Rejects with what the store throws. */
	async look(): Promise<void> {
		for (const key of await this.#some()) {
			const id = key.slice(RECORDS.length);
			const shelved = await this.shelf.read(id).catch(nullIfUnreadable);
			if (shelved !== null) await this.lookAt(id, shelved.record);
		}
	}

	/** All keys, or, where they are too many, those of one part after the other. */
	async #some(): Promise<string[]> {
		const { state } = this.settings;
		const all = await state.keys(RECORDS, MOST_LOOKED_AT + 1);
		if (all.length <= MOST_LOOKED_AT) return all;
		this.#part = (this.#part + 1) % PARTS.length;
		return await state.keys(RECORDS + PARTS[this.#part], MOST_LOOKED_AT);
	}
}

/** A record that cannot be opened says so to whoever wants to use it. */
function nullIfUnreadable(error: unknown): null {
	if (isSealboxError(error) && error.code === 'ERR_TOKEN_UNREADABLE') return null;
	throw error;
}
