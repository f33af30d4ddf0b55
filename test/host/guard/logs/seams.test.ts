import type { Guard } from '../../../../src/host/guard/guard';
import type { Host } from '../../../../src/host/guard/host';
import { KnownSecrets } from '../../../../src/host/guard/learn/known';
import { logSeams } from '../../../../src/host/guard/seams/logs';

const MESSAGE = Symbol.for('message');
const [SECRET, EXCEPTED] = ['aK7-pW2_zN9xTk4RmB', 'eX3-rY8_cV5bLm6QsT'];

/** A guard that knows two credentials, one of them excepted. */
function guardWith(learnAll = async (): Promise<void> => undefined): Guard {
	const known = new KnownSecrets(() => 0);
	known.learn('one', 'One', [{ field: 'key', value: SECRET }]);
	known.learn('two', 'Two', [{ field: 'key', value: EXCEPTED }]);
	const parts = { known, excepted: new Set(['two']), credentials: { learnAll } };
	return { parts } as unknown as Guard;
}

/** A host that has none of what a seam needs. */
const empty = {
	own: () => ({}),
	package: () => ({}),
	classOf: (_module: unknown, name: string): never => {
		throw new Error(`there is no class ${name}`);
	},
	service: () => ({}),
} as unknown as Host;

class FileTransport {
	readonly name = 'file';
	written = '';
	log(entry: Record<PropertyKey, unknown>): void {
		this.written += String(entry[MESSAGE]);
	}
}

const hostWith = (transport: FileTransport): Host =>
	({
		package: () => ({}),
		classOf: () => class {},
		service: () => ({ getInternalLogger: () => ({ transports: [transport] }) }),
	}) as unknown as Host;

test('every seam has a name of its own and says what its absence means', () => {
	expect(new Set(logSeams.map(({ name }) => name)).size).toBe(logSeams.length);
	for (const { without } of logSeams) expect(without).toMatch(/^[A-Z].*\.$/);
});

test.each(logSeams.filter(({ name }) => name !== 'output').map((seam) => [seam.name, seam]))(
	'the seam %s says what the host lacks',
	(_name, seam) => {
		expect(() => seam.install(empty, guardWith())).toThrow(/there is no|has no/);
	},
);

test('a log holds no secret of any credential that is not excepted', () => {
	const transport = new FileTransport();
	const files = logSeams.find(({ name }) => name === 'log-files')!;
	files.install(hostWith(transport), guardWith());
	transport.log({ [MESSAGE]: `${SECRET} and ${EXCEPTED}` });
	expect(transport.written).toBe(`[sealed] and ${EXCEPTED}`);
});

test('all credentials are learned once, and a database that fails is no obstacle', async () => {
	const learnAll = jest.fn(() => Promise.reject(new Error('no database')));
	const guard = guardWith(learnAll);
	const files = logSeams.find(({ name }) => name === 'log-files')!;
	for (let i = 0; i < 2; i++) files.install(hostWith(new FileTransport()), guard);
	await new Promise(setImmediate);
	expect(learnAll).toHaveBeenCalledTimes(1);
});
