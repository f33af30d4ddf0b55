import { EventEmitter, once } from 'node:events';
import { PassThrough } from 'node:stream';
import { coverEventLog } from '../../../../src/host/guard/logs/eventLog';
import { coverLogFiles } from '../../../../src/host/guard/logs/logFiles';
import { coverTaskRunners } from '../../../../src/host/guard/logs/taskRunner';
import { readyScrubber } from './secrets';

const SECRET = 'Zx8"Kq2/Lw9+Rt5vB';
const MESSAGE = Symbol.for('message');
const scrubber = readyScrubber([SECRET, 'success', 'node-5831-Ab']);

describe('log files', () => {
	class FileTransport {
		readonly name = 'file';
		static written: string[] = [];
		log(entry: Record<PropertyKey, unknown>, callback: () => void): void {
			FileTransport.written.push(String(entry[MESSAGE]));
			callback();
		}
	}
	const loggerWith = (transports: unknown): unknown => ({
		getInternalLogger: () => ({ transports }),
	});

	test('an entry is scrubbed before it is written, whichever logger it comes from', () => {
		const [open, ofAScope] = [new FileTransport(), new FileTransport()];
		coverLogFiles(loggerWith([{ name: 'console' }, open]), scrubber);
		const entry = { message: SECRET, [MESSAGE]: JSON.stringify({ token: SECRET }) };
		const done = jest.fn();
		open.log(entry, done);
		ofAScope.log({ [MESSAGE]: 'a line' }, done);
		expect(FileTransport.written).toEqual(['{"token":"[sealed]"}', 'a line']);
		expect(done).toHaveBeenCalledTimes(2);
		expect(entry.message).toBe(SECRET);
	});

	test('a host that writes no log file needs nothing', () => {
		expect(() => coverLogFiles(loggerWith([{ name: 'console' }]), scrubber)).not.toThrow();
	});

	test.each([
		['no logger', {}, 'getInternalLogger'],
		['no transports', loggerWith(undefined), 'transports'],
		['no log()', loggerWith([{ name: 'file' }]), 'log()'],
	])('a host with %s is named', (_, logger, missing) => {
		expect(() => coverLogFiles(logger, scrubber)).toThrow(missing);
	});
});

describe('the event log', () => {
	const posted: unknown[] = [];
	class LogWriter {
		readonly worker = { postMessage: (message: unknown) => posted.push(message) };
		putMessage(message: { serialize: () => unknown }): void {
			this.worker.postMessage({ data: message.serialize() });
		}
	}
	beforeAll(() => coverEventLog(LogWriter, scrubber));
	beforeEach(() => posted.splice(0));

	test('texts are scrubbed before they are posted, the message itself stays as it is', () => {
		const event = {
			__type: '$$EventMessageWorkflow',
			id: 'b7c1',
			ts: '1970-01-01T00:00:00.000Z',
			eventName: 'n8n.workflow.failed',
			message: `failed with ${SECRET}`,
			payload: {
				errorMessage: SECRET,
				msg: JSON.stringify({ list: [{ key: SECRET }] }),
				ok: false,
			},
		};
		new LogWriter().putMessage({ serialize: () => event });
		expect(posted).toEqual([
			{
				data: {
					...event,
					message: 'failed with [sealed]',
					payload: { errorMessage: '[sealed]', msg: '{"list":[{"key":"[sealed]"}]}', ok: false },
				},
			},
		]);
		expect(event.payload.errorMessage).toBe(SECRET);
	});

	test('ids, names and types of the host are kept, also when a secret has the same value', () => {
		const payload = {
			executionId: 'node-5831-Ab',
			workflowId: 'success',
			nodeName: 'node-5831-Ab',
			nodeType: 'success',
			mode: 'success',
			userId: undefined,
			note: 'success',
		};
		new LogWriter().putMessage({ serialize: () => ({ payload }) });
		expect(posted).toEqual([{ data: { payload: { ...payload, note: '[sealed]' } } }]);
	});

	test('dates and other values that know their JSON become it', () => {
		const payload = { at: new Date(0), list: [1, null, true] };
		new LogWriter().putMessage({ serialize: () => ({ payload }) });
		expect(posted).toEqual([
			{ data: { payload: { at: '1970-01-01T00:00:00.000Z', list: [1, null, true] } } },
		]);
	});

	test('a host that writes a message in another way finds its parts, and no secret', () => {
		class EventMessage {
			readonly id = 'b7c1';
			readonly payload = { errorMessage: SECRET };
			get name() {
				return `message ${this.id}`;
			}
			serialize() {
				return { id: this.id, payload: this.payload };
			}
		}
		const written: string[] = [];
		class OtherWriter {
			putMessage(message: EventMessage) {
				written.push(message.name, JSON.stringify(message));
			}
		}
		coverEventLog(OtherWriter, scrubber);
		new OtherWriter().putMessage(new EventMessage());
		expect(written).toEqual([
			'message b7c1',
			'{"id":"b7c1","payload":{"errorMessage":"[sealed]"}}',
		]);
	});

	test('a host without it is named', () => {
		expect(() => coverEventLog(undefined, scrubber)).toThrow('MessageEventBusLogWriter');
		expect(() => coverEventLog(class {}, scrubber)).toThrow('putMessage()');
	});
});

describe('task runners', () => {
	class Child extends EventEmitter {
		readonly stdout = new PassThrough();
		readonly stderr = new PassThrough();
	}
	const logged: string[] = [];
	const forwardToLogger = (_logger: unknown, producer: Child): void => {
		for (const output of [producer.stdout, producer.stderr]) {
			output.on('data', (data: Buffer) => logged.push(data.toString()));
		}
	};
	beforeEach(() => logged.splice(0));

	async function print(child: Child): Promise<void> {
		child.stdout.write(`<${SECRET.slice(0, 7)}`);
		child.stdout.write(`${SECRET.slice(7)}>\n`);
		child.stderr.end(`error: ${SECRET}`);
		await once(child.stderr, 'end');
	}

	test('the output of one that starts later is scrubbed over chunk boundaries', async () => {
		const forwarding = { forwardToLogger };
		coverTaskRunners({ forwarding, runners: {} }, scrubber);
		const child = new Child();
		forwarding.forwardToLogger(null, child);
		await print(child);
		expect(logged).toEqual(['<[sealed]>\n', 'error: [sealed]']);
	});

	test('the output of one that is running already is scrubbed too', async () => {
		const child = new Child();
		forwardToLogger(null, child);
		const runners = { jsRunnerProcess: { process: child }, pyRunnerProcess: { process: null } };
		coverTaskRunners({ forwarding: { forwardToLogger }, runners }, scrubber);
		await print(child);
		expect(logged).toEqual(['<[sealed]>\n', 'error: [sealed]']);
	});

	test('a host without the forwarding is named', () => {
		expect(() => coverTaskRunners({ forwarding: {}, runners: {} }, scrubber)).toThrow(
			'forwardToLogger()',
		);
	});
});
