import { coverEventLog } from './eventLog';
import { coverLogFiles } from './logFiles';
import { LogScrubber, type LogSecrets } from './logScrubber';
import { coverStandardStreams } from './standardStreams';
import { coverTaskRunners } from './taskRunner';

/** What is needed of the host: its modules, its classes and their instances. */
interface LogHost<Class> {
	own(file: string): Record<string, unknown>;
	package(name: string): Record<string, unknown>;
	classOf(module: Record<string, unknown>, name: string): Class;
	service(type: Class): unknown;
}

/** The guard, as far as logs go. */
interface Knowing {
	readonly parts: { readonly known: LogSecrets };
}

interface LogSeam {
	readonly name: string;
	readonly without: string;
	install<Class>(host: LogHost<Class>, guard: Knowing): void;
}

/** The places through which n8n logs. Each is covered with the same scrubber of a guard. */
export const logSeams: readonly LogSeam[] = [
	{
		name: 'output',
		without: 'What n8n prints may hold secrets.',
		install(_host, guard) {
			coverStandardStreams(scrubberOf(guard));
		},
	},
	{
		name: 'log-files',
		without: 'The log files of n8n may hold secrets.',
		install(host, guard) {
			const type = host.classOf(host.package('@n8n/backend-common'), 'Logger');
			coverLogFiles(host.service(type), scrubberOf(guard));
		},
	},
	{
		name: 'event-log',
		without: 'The event log of n8n may hold secrets.',
		install(host, guard) {
			const module = host.own('eventbus/message-event-bus-writer/message-event-bus-log-writer');
			coverEventLog(host.classOf(module, 'MessageEventBusLogWriter'), scrubberOf(guard));
		},
	},
	{
		name: 'runner-output',
		without: 'A secret that a Code node prints in two pieces may be logged.',
		install(host, guard) {
			const forwarding = host.own('task-runners/forward-to-logger');
			const module = host.own('task-runners/task-runner-module');
			const runners = host.service(host.classOf(module, 'TaskRunnerModule'));
			coverTaskRunners({ forwarding, runners }, scrubberOf(guard));
		},
	},
];

const scrubbers = new WeakMap<Knowing, LogScrubber>();

function scrubberOf(guard: Knowing): LogScrubber {
	const scrubber = scrubbers.get(guard) ?? new LogScrubber(guard.parts.known);
	scrubbers.set(guard, scrubber);
	return scrubber;
}
