import { Readable } from 'node:stream';
import { judge } from '../../src/host/request/refusal';

const SIGNS = { status: 403, path: '', values: [] };
const answer = (status: number) => ({ status, headers: {}, body: Readable.from(['no']) });

test.each([
	['good for a while is no refusal', 403, async () => await Promise.resolve(true), false],
	['at its end is one', 403, async () => await Promise.resolve(false), true],
	['of which the store cannot tell is one', 403, () => Promise.reject(new Error('away')), true],
	[
		'that is refused with 401 is one, whatever is known of it',
		401,
		async () => await Promise.resolve(true),
		true,
	],
] as const)('the named status for a token %s', async (_case, status, isFresh, isRefusal) => {
	expect(await judge(answer(status), SIGNS, isFresh)).toMatchObject({ isRefusal });
});
