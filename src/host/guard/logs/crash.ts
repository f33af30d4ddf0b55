import { format, inspect } from 'node:util';
import type { LogScrubber } from './logScrubber';

/** What Node prints with, past the streams. */
type Raw = { _rawDebug?: (...args: unknown[]) => void };

/**
 * Covers what Node prints past the streams as far as JavaScript can: an error that nobody caught, and
 * the debug output of Node itself.
 *
 * With such an error the process ends as it would without this, after the same words but for the
 * line of source. Where someone else listens for it, as n8n does, nothing is done.
 */
export function coverCrash(scrubber: LogScrubber): void {
	const { _rawDebug: print } = process as Raw;
	if (typeof print !== 'function') throw new Error('Node: process has no _rawDebug()');
	(process as Raw)._rawDebug = (...args) => print(scrubber.text(format(...args)));
	process.on('uncaughtException', (error: unknown) => {
		if (process.listenerCount('uncaughtException') > 1) return;
		const words = error instanceof Error ? inspect(error) : `Uncaught ${inspect(error)}`;
		print(scrubber.text(`${words}\n\nNode.js ${process.version}`));
		process.exit(1);
	});
}
