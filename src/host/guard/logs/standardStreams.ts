import { coverCrash } from './crash';
import { coverStream, type CoveredStream } from './coverStream';
import type { LogScrubber } from './logScrubber';

/**
 * Covers the standard output and error of this process: the console, n8n's own log, whatever a
 * library prints.
 *
 * Not covered is what passes neither the streams nor JavaScript: a fatal error of the engine, bytes
 * written to the file descriptors themselves, child processes that were given these descriptors.
 */
export function coverStandardStreams(scrubber: LogScrubber): void {
	const streams = [process.stdout, process.stderr];
	const covered = streams
		.map((stream) => coverStream(stream, scrubber))
		.filter((stream): stream is CoveredStream => stream !== null);
	process.on('exit', () => {
		for (const stream of covered) stream.finish();
	});
	coverCrash(scrubber);
}
