import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasPostgres } from '../../../host/servers/postgres.ts';
import { hasRedis } from '../../../host/servers/redis.ts';
import { describeWith } from '../../servers/required';
import { connect, inLine, items, messageOf, readHost } from '../host.ts';

/** The end-to-end tests that run in queue mode as well are listed in jest.config.js. */
describeWith('PostgreSQL and Redis', hasPostgres && hasRedis)('in queue mode', () => {
	test('a run that is started by hand takes place in the worker', async () => {
		const execution = await connect().runOnce(inLine('Anything', ...items({ number: 1 })));
		expect(messageOf(execution)).toBe('');
		const log = readFileSync(join(readHost().folder, 'worker.log'), 'utf8');
		expect(log).toMatch(new RegExp(`started execution ${execution.id}\\b`, 'i'));
	});
});
