import {
	LogScrubber,
	type Later,
	type LogSecrets,
} from '../../../../src/host/guard/logs/logScrubber';

/** A set of secrets that a test can change. */
export class Secrets implements LogSecrets {
	generation = 0;
	#values: string[];
	asked = 0;

	constructor(values: readonly string[]) {
		this.#values = [...values];
	}

	all(): Array<{ value: string }> {
		this.asked++;
		return this.#values.map((value) => ({ value }));
	}

	set(values: readonly string[]): void {
		this.#values = [...values];
		this.generation++;
	}
}

/** Keeps tasks until the test runs them. */
export class Tasks {
	readonly waiting: Array<() => void> = [];
	/** How long each had to wait. */
	readonly delays: number[] = [];
	readonly later: Later = (task, ms) => {
		this.waiting.push(task);
		this.delays.push(ms);
	};

	/** Runs all, and what they put off in turn; returns how many. */
	run(): number {
		let count = 0;
		for (let task = this.waiting.shift(); task !== undefined; task = this.waiting.shift()) {
			task();
			count++;
		}
		return count;
	}
}

/** A scrubber that has finished building. */
export function readyScrubber(values: readonly string[]): LogScrubber {
	const tasks = new Tasks();
	const scrubber = new LogScrubber(new Secrets(values), tasks.later);
	scrubber.text('x');
	tasks.run();
	return scrubber;
}

/** A scrubber that never builds, as it is while a new value is fresh. */
export function freshScrubber(values: readonly string[]): LogScrubber {
	return new LogScrubber(new Secrets(values), () => undefined);
}
