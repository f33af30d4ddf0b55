import type { Readable } from 'node:stream';
import { bytesOf, HeldLines, type Piece } from './heldLines';
import type { LogScrubber } from './logScrubber';

/** A child process, as far as its output goes. */
interface Producer {
	stdout?: Readable | null;
	stderr?: Readable | null;
}

export interface TaskRunnerModules {
	/** n8n's module `forward-to-logger`, which hands the output of a new runner to the log. */
	readonly forwarding: unknown;
	/** n8n's `TaskRunnerModule`, which knows the runners that were started before the guard. */
	readonly runners: unknown;
}

type Forward = (logger: unknown, producer: Producer, ...rest: unknown[]) => unknown;

/**
 * Covers the output of internal task runners, whose code nodes print into a pipe that n8n logs chunk
 * by chunk. Each chunk is an entry of its own, so a secret on the boundary of two must be found here.
 *
 * @throws Error when the modules are not what they were in the versions tested
 */
export function coverTaskRunners(modules: TaskRunnerModules, scrubber: LogScrubber): void {
	const forwarding = modules.forwarding as { forwardToLogger?: Forward };
	const forward = forwarding.forwardToLogger;
	if (typeof forward !== 'function')
		throw new Error('n8n: forward-to-logger has no forwardToLogger()');
	forwarding.forwardToLogger = (logger, producer, ...rest) => {
		const result = forward(logger, producer, ...rest);
		coverProducer(producer, scrubber);
		return result;
	};
	for (const name of ['jsRunnerProcess', 'pyRunnerProcess']) {
		const runner = (modules.runners as Record<string, { process?: Producer | null } | undefined>)[
			name
		];
		if (runner?.process) coverProducer(runner.process, scrubber);
	}
}

function coverProducer(producer: Producer, scrubber: LogScrubber): void {
	for (const output of [producer.stdout, producer.stderr]) {
		if (output) coverListeners(output, scrubber);
	}
}

/** Whoever listens to the data now gets it scrubbed, in whole lines where they come in time. */
export function coverListeners(output: Readable, scrubber: LogScrubber): void {
	const listeners = output.listeners('data') as Array<(chunk: Buffer) => void>;
	const tell = (out: Piece): void => {
		if (out.length === 0) return;
		for (const listener of listeners) listener.call(output, bytesOf(out));
	};
	const lines = new HeldLines(scrubber, tell);
	for (const listener of listeners) output.off('data', listener);
	output.on('data', (chunk: Piece) => tell(lines.write(chunk)));
	output.once('end', () => tell(lines.flush()));
}
