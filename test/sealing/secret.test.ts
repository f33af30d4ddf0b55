import { format, inspect } from 'node:util';
import { Secret } from '../../src/sealing/secret';

test('a secret does not print, and one method exposes it', () => {
	const secret = new Secret('canary');
	expect(secret.expose()).toBe('canary');
	const shown = [
		String(secret),
		`${secret}`,
		'' + (secret as unknown as string),
		JSON.stringify({ secret }),
		JSON.stringify({ ...secret }),
		JSON.stringify(Object.entries(secret)),
		inspect(secret, { depth: 9, showHidden: true }),
		format('%s %o %O %j', secret, secret, secret, secret),
		JSON.stringify(structuredClone({ ...secret })),
		new Error(`failed with ${secret}`).message,
	].join('\n');
	expect(shown).not.toContain('canary');
	expect(shown).toContain('[secret]');
});
