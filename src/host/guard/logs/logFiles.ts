import type { LogScrubber } from './logScrubber';

/** Where winston keeps the finished line of an entry. */
const MESSAGE = Symbol.for('message');

type Entry = Record<PropertyKey, unknown>;
interface Transport {
	name?: string;
	log(entry: Entry, callback: () => void): unknown;
}

/**
 * Covers the log files of n8n (`N8N_LOG_OUTPUT=file`), those that are open already too.
 *
 * @param logger - n8n's root logger
 * @throws Error when the logger is not what it was in the versions tested
 */
export function coverLogFiles(logger: unknown, scrubber: LogScrubber): void {
	for (const transport of transportsOf(logger)) {
		if (transport.name !== 'file') continue;
		// Every logger of a scope has its own transport; they share the prototype.
		const owner = Object.hasOwn(transport, 'log') ? transport : prototypeOf(transport);
		const { log } = owner;
		if (typeof log !== 'function') throw new Error('winston: the file transport has no log()');
		owner.log = function (this: Transport, entry, callback) {
			return log.call(this, scrubbed(entry, scrubber), callback);
		};
		return;
	}
}

function transportsOf(logger: unknown): Transport[] {
	const root = logger as { getInternalLogger?: () => { transports?: unknown } };
	if (typeof root?.getInternalLogger !== 'function')
		throw new Error('@n8n/backend-common: Logger has no getInternalLogger()');
	const { transports } = root.getInternalLogger();
	if (!Array.isArray(transports)) throw new Error('winston: the logger has no transports');
	return transports as Transport[];
}

const prototypeOf = (transport: Transport): Transport =>
	Object.getPrototypeOf(transport) as Transport;

function scrubbed(entry: Entry, scrubber: LogScrubber): Entry {
	const line = entry[MESSAGE];
	if (typeof line !== 'string') return entry;
	const text = scrubber.text(line);
	return text === line ? entry : { ...entry, [MESSAGE]: text };
}
