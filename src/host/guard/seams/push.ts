import type { Guard } from '../guard';
import { wrapMethod, type AnyFunction } from '../host';
import { STORED_MARK } from '../marks';
import { workOnRuns, workOnTask } from '../runData/shape';
import type { Run } from '../runs';
import type { Seam } from './seam';

type Rec = Record<string, unknown>;
interface Message {
	type: string;
	data?: Rec;
}

/** While this is true, what is pushed has been sealed already. */
let isSealed = false;

function sending<T>(areSealed: boolean, send: () => T): T {
	isSealed = areSealed;
	try {
		return send();
	} finally {
		isSealed = false;
	}
}

/** What the editor is sent while workflows run. */
export const push: Seam = {
	name: 'push',
	without: 'What the editor is sent while a workflow runs holds secrets.',
	install(host, guard) {
		const { prototype } = host.classOf(host.own('push'), 'Push');
		const flatted = host.package<Flatted>('flatted');
		const sealed = (message: unknown) =>
			isSealed ? message : sealMessage(guard, flatted, message as Message);
		for (const method of ['send', 'sendToUsers', 'broadcast']) {
			wrapMethod(prototype, method, (send) => {
				return function (this: unknown, message: unknown, ...rest: unknown[]) {
					return send.call(this, sealed(message), ...rest);
				};
			});
		}
		// What another process relays is sealed already, and its run is not known here.
		wrapMethod(prototype, 'handleRelayExecutionLifecycleEvent', (relay) => {
			return function (this: unknown, message: unknown) {
				const { [STORED_MARK]: mark, ...plain } = message as Rec;
				return sending(mark !== undefined, () => relay.call(this, plain));
			};
		});
		wrapMethod(prototype, 'relayViaPubSub', markRelayed);
	},
};

type Send = (type: string, data: unknown) => unknown;
interface Base {
	executionId?: string;
	hooks?: { executionId?: string };
	sendDataToUI?: Send;
}

/** What nodes tell the editor themselves, such as console output: it does not say of which run it is. */
export const editorMessages: Seam = {
	name: 'editor-messages',
	without: 'What nodes tell the editor themselves, such as console output, holds secrets.',
	install(host, guard) {
		const module = host.own('workflow-execute-additional-data');
		wrapMethod(module, 'getBase', (getBase) => {
			return async function (this: unknown, ...args: unknown[]) {
				return withSealedMessages(guard, (await getBase.apply(this, args)) as Base);
			};
		});
	},
};

function withSealedMessages(guard: Guard, base: Base): Base {
	let own = base.sendDataToUI;
	const { runs } = guard;
	const send: Send = (type, data) => {
		const run = runs.get(base.executionId ?? base.hooks?.executionId);
		const sealed = run === undefined ? data : guard.sealParts(run, data as object);
		return sending(true, () => own?.(type, sealed));
	};
	return Object.defineProperty(base, 'sendDataToUI', {
		get: () => (own === undefined ? undefined : send),
		set: (given: Send | undefined) => (own = given),
		enumerable: true,
		configurable: true,
	});
}

const markRelayed = (relay: AnyFunction): AnyFunction =>
	function (this: unknown, message: unknown, ...rest) {
		return relay.call(this, { ...(message as Rec), [STORED_MARK]: 1 }, ...rest);
	};

interface Flatted {
	parse(text: string): unknown;
	stringify(value: unknown): string;
}

/** Parts of messages that are the host's own. */
const STRUCTURE = new Set(
	'executionId workflowId workflowName nodeName status mode source startedAt retryOf sequenceNumber itemCountByConnectionType'.split(
		' ',
	),
);

function sealMessage(guard: Guard, flatted: Flatted, message: Message): Message {
	const { data } = message;
	if (data === undefined || data === null || typeof data !== 'object') return message;
	const run = guard.runs.get(data.executionId as string | undefined);
	if (run === undefined) return message;
	return { ...message, data: sealData(guard, flatted, run, message.type, data) };
}

function sealData(guard: Guard, flatted: Flatted, run: Run, type: string, data: Rec): Rec {
	const work = guard.workFor(run);
	if (type === 'nodeExecuteAfter' || type === 'nodeExecuteAfterData') {
		return { ...data, data: workOnTask(data.data, work) };
	}
	if (type === 'executionStarted' && typeof data.flattedRunData === 'string') {
		const runs = flatted.parse(data.flattedRunData);
		const sealed = workOnRuns(runs, work);
		return { ...data, flattedRunData: flatted.stringify(sealed) };
	}
	const content = Object.entries(data).filter(([key]) => !STRUCTURE.has(key));
	const changed = content.map(([key, value]) => [key, guard.sealContent(run, value)]);
	return { ...data, ...Object.fromEntries(changed) } as Rec;
}
