import { coverStream, type CoveredStream } from './coverStream';
import type { LogScrubber } from './logScrubber';

/**
 * Covers the standard output and error of this process: the console, n8n's own log, whatever a
 * library prints.
 *
 * Not covered is what does not pass the streams: output of native code, Node's own report of a crash
 * (n8n catches errors that nobody caught and logs them, which is covered), bytes written to the file
 * descriptors themselves, and child processes that were given these descriptors.
 */
export function coverStandardStreams(scrubber: LogScrubber): void {
	const streams = [process.stdout, process.stderr];
	const covered = streams
		.map((stream) => coverStream(stream, scrubber))
		.filter((stream): stream is CoveredStream => stream !== null);
	process.on('exit', () => {
		for (const stream of covered) stream.finish();
	});
}
