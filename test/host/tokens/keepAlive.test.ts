import { KeepAlive } from '../../../src/host/tokens/keepAlive';
import type { Source } from '../../../src/tokens/issued';

const DAY = 86_400_000;
const grant = (id: string, consent: object | undefined = {}) => ({ id, consent }) as Source;

test('grants that were used are seen to for 30 days after, whatever goes wrong with one of them', async () => {
	let now = 0;
	const seen: string[] = [];
	const tokens = {
		keepAlive: async ({ id }: Source) => {
			seen.push(id);
			if (id === 'broken') throw new Error('away');
		},
	};
	const alive = new KeepAlive(tokens, () => now);
	alive.use(grant('broken'));
	alive.use(grant('early'));
	alive.use({ id: 'nobody agreed to it' } as Source);
	now = 20 * DAY;
	alive.use(grant('late'));
	await alive.look();
	expect(seen.splice(0)).toEqual(['broken', 'early', 'late']);
	now = 31 * DAY;
	await alive.look();
	await alive.look();
	expect(seen).toEqual(['late', 'late']);
});
