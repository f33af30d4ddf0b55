import { PLACEHOLDER, type LogScrubber } from './logScrubber';

interface Message {
	serialize(): unknown;
	toJSON?(): unknown;
}
interface LogWriter {
	putMessage(message: Message): void;
}

/** What n8n reads back from its event log to recover executions, and what tells events apart. */
const KEPT =
	/Id$|^(?:__type|id|ts|eventName|mode|nodeName|nodeType|errorNodeType|lastNodeExecuted)$/;
const DEEPEST = 50;

/**
 * Covers n8n's event log (`n8nEventLog*.log`): what goes to the thread that writes it holds no secret.
 *
 * @param logWriter - n8n's class `MessageEventBusLogWriter`
 * @throws Error when the class is not what it was in the versions tested
 */
export function coverEventLog(logWriter: unknown, scrubber: LogScrubber): void {
	const prototype = (logWriter as { prototype?: LogWriter } | undefined)?.prototype;
	const putMessage = prototype?.putMessage;
	if (prototype === undefined || typeof putMessage !== 'function')
		throw new Error('n8n: MessageEventBusLogWriter has no putMessage()');
	prototype.putMessage = function (this: LogWriter, message) {
		// The message itself goes on to others, so it stays as it is.
		const covered = copyOf(message);
		covered.serialize = covered.toJSON = () => scrubEvent(message.serialize(), scrubber);
		return putMessage.call(this, covered);
	};
}

/** What has the message as its prototype would make it slow. */
const copyOf = (message: Message): Message =>
	Object.assign(Object.create(Object.getPrototypeOf(message) as object) as Message, message);

/** The event with its texts scrubbed; names, ids and types of the host stay. */
export function scrubEvent(event: unknown, scrubber: LogScrubber, depth = 0): unknown {
	if (typeof event === 'string') return scrubber.text(event);
	if (typeof event !== 'object' || event === null) return event;
	if (depth === DEEPEST) return PLACEHOLDER;
	const { toJSON } = event as { toJSON?: () => unknown };
	if (typeof toJSON === 'function') return scrubEvent(toJSON.call(event), scrubber, depth + 1);
	if (Array.isArray(event)) return event.map((item) => scrubEvent(item, scrubber, depth + 1));
	const entries = Object.entries(event).map(([key, value]: [string, unknown]) => [
		key,
		KEPT.test(key) && typeof value !== 'object' ? value : scrubEvent(value, scrubber, depth + 1),
	]);
	return Object.fromEntries(entries);
}
