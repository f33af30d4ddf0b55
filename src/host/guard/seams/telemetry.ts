import { AsyncLocalStorage } from 'node:async_hooks';
import { HIDDEN, type Guard } from '../guard';
import { wrapMethod } from '../host';
import type { Run } from '../runs';
import type { Seam } from './seam';

type Properties = Record<string, unknown>;

/** The run that n8n is about to report on. */
const reported = new AsyncLocalStorage<Run>();

/** What n8n tells its makers about runs, unless its diagnostics are turned off: messages of errors, for instance. */
export const telemetry: Seam = {
	name: 'telemetry',
	without:
		'Messages of errors that n8n sends to its makers may hold secrets, unless N8N_DIAGNOSTICS_ENABLED is false.',
	install(host, guard) {
		const relay = host.classOf(
			host.own('events/relays/telemetry.event-relay'),
			'TelemetryEventRelay',
		);
		wrapMethod(relay.prototype, 'workflowPostExecute', (report) => {
			return async function (this: unknown, ...args: unknown[]) {
				const { executionId } = args[0] as { executionId?: string };
				const run = guard.runs.get(executionId);
				if (run === undefined) return await report.apply(this, args);
				return await reported.run(run, async () => await report.apply(this, args));
			};
		});
		const { prototype } = host.classOf(host.own('telemetry'), 'Telemetry');
		wrapMethod(prototype, 'track', (track) => {
			return function (this: unknown, event: unknown, ...args: unknown[]) {
				const run = reported.getStore();
				if (run === undefined || args[0] === undefined) return track.call(this, event, ...args);
				const [properties, ...rest] = args as [Properties];
				return track.call(this, event, withoutSecrets(guard, run, properties), ...rest);
			};
		});
	},
};

function withoutSecrets(guard: Guard, run: Run, properties: Properties): Properties {
	const hidden = guard.hideOf(run, properties);
	return hidden === null ? { ...properties, error_message: HIDDEN } : hidden;
}
