import { logSeams } from '../../../../src/host/guard/logs/logSeams';
import { Secrets } from './secrets';

const guard = { parts: { known: new Secrets(['aK7-pW2_zN9xTk4RmB']) } };

/** A host that has none of what a seam needs. */
const empty = {
	own: () => ({}),
	package: () => ({}),
	classOf: (_module: unknown, name: string): never => {
		throw new Error(`there is no class ${name}`);
	},
	service: () => ({}),
};

test('every seam has a name of its own and says what its absence means', () => {
	expect(new Set(logSeams.map(({ name }) => name)).size).toBe(logSeams.length);
	for (const { without } of logSeams) expect(without).toMatch(/^[A-Z].*\.$/);
});

test.each(logSeams.filter(({ name }) => name !== 'output').map((seam) => [seam.name, seam]))(
	'the seam %s says what the host lacks',
	(_name, seam) => {
		expect(() => seam.install(empty, guard)).toThrow(/there is no|has no/);
	},
);
