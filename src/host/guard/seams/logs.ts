import type { Guard } from '../guard';
import { coverEventLog } from '../logs/eventLog';
import { coverLogFiles } from '../logs/logFiles';
import { LogScrubber, type LogSecrets } from '../logs/logScrubber';
import { coverStandardStreams } from '../logs/standardStreams';
import { coverTaskRunners } from '../logs/taskRunner';
import type { Seam } from './seam';

/** What this process prints, and with it n8n's own log. */
const output: Seam = {
	name: 'output',
	without: 'What n8n prints may hold secrets.',
	install(_host, guard) {
		coverStandardStreams(scrubberOf(guard));
	},
};

const files: Seam = {
	name: 'log-files',
	without: 'The log files of n8n may hold secrets.',
	install(host, guard) {
		const type = host.classOf(host.package('@n8n/backend-common'), 'Logger');
		coverLogFiles(host.service(type), scrubberOf(guard));
	},
};

const events: Seam = {
	name: 'event-log',
	without: 'The event log of n8n may hold secrets.',
	install(host, guard) {
		const module = host.own('eventbus/message-event-bus-writer/message-event-bus-log-writer');
		coverEventLog(host.classOf(module, 'MessageEventBusLogWriter'), scrubberOf(guard));
	},
};

const runners: Seam = {
	name: 'runner-output',
	without: 'A secret that a Code node prints in two pieces may be logged.',
	install(host, guard) {
		const forwarding = host.own('task-runners/forward-to-logger');
		const module = host.own('task-runners/task-runner-module');
		const service = host.service(host.classOf(module, 'TaskRunnerModule'));
		coverTaskRunners({ forwarding, runners: service }, scrubberOf(guard));
	},
};

/** The places through which n8n logs. */
export const logSeams: readonly Seam[] = [output, files, events, runners];

const scrubbers = new WeakMap<Guard, LogScrubber>();

/** The one of a guard. A process logs errors of runs that it never decrypted anything for. */
function scrubberOf(guard: Guard): LogScrubber {
	const found = scrubbers.get(guard);
	if (found !== undefined) return found;
	const scrubber = new LogScrubber(secretsOf(guard));
	scrubbers.set(guard, scrubber);
	guard.parts.credentials.learnAll().catch(() => {
		// Each is learned when a run first uses it.
	});
	return scrubber;
}

/** All that are known, but for those of excepted credentials. */
function secretsOf({ parts: { known, excepted } }: Guard): LogSecrets {
	return {
		get generation() {
			return known.generation;
		},
		*all() {
			for (const secret of known.all()) if (!excepted.has(secret.credentialId)) yield secret;
		},
	};
}
