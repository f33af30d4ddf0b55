import type { Answer } from '../../http/answer';
import { scrubAnswer } from '../../http/scrubbing';
import type { Needle } from '../../kinds';
import { createScrubber, type Scrubber } from '../../sealing/scrub';
import type { Credential } from './credential';
import { spelledOut } from './secrets';

/** The secrets that the call of one item used, to be taken out of all that comes back. */
export class Secrets {
	readonly #needles: Needle[] = [];
	#scrubber: Scrubber | null = null;
	/** A scrubber that belongs to the credential is shared by all items, and must not grow. */
	#isShared = false;

	use({ needles, scrubber }: Credential): void {
		this.#needles.push(...needles);
		this.#isShared = this.#scrubber === null;
		this.#scrubber = this.#isShared ? scrubber : createScrubber(this.#needles);
	}

	/** Adds what came into being on the way. What shows a known secret is found by that secret. */
	add(needles: readonly Needle[]): void {
		const fresh = spelledOut(needles).filter(({ value }) => value !== '' && !this.showIn(value));
		if (fresh.length === 0) return;
		this.#needles.push(...fresh);
		if (this.#isShared || this.#scrubber === null) this.#scrubber = createScrubber(this.#needles);
		else fresh.forEach((needle) => this.#scrubber?.add(needle));
		this.#isShared = false;
	}

	scrub(answer: Answer): Answer {
		return this.#scrubber === null ? answer : scrubAnswer(answer, this.#scrubber, this.#needles);
	}

	/** Whether a text shows one of them, in any form. */
	showIn(text: string): boolean {
		return this.scrubText(text) !== text;
	}

	scrubText(text: string): string {
		return this.#scrubber === null ? text : this.#scrubber.text(text);
	}
}
