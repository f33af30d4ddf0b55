import { tokenKey } from '../../sealing/sealedToken';
import { ready } from '../../sealing/sodium';
import { deriveHostKey } from '../derivedKey';
import { Tokens } from './tokens';

const DOMAIN = 'sealbox/guard/token/v1';
const NONCE_DOMAIN = 'sealbox/guard/nonce/v1';

/**
 * The tokens of an instance: the same in each of its processes, because all have its encryption key.
 *
 * @param encryptionKey - n8n's; secret
 */
export async function tokensFor(encryptionKey: string, instanceId: string): Promise<Tokens> {
	await ready;
	const halves = [DOMAIN, NONCE_DOMAIN].map((domain) => deriveHostKey(encryptionKey, domain));
	return new Tokens(tokenKey(Buffer.concat(halves)), instanceId);
}
