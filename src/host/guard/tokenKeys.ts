import { fileKey } from '../../sealing/sealedFile';
import { tokenKey } from '../../sealing/sealedToken';
import { ready } from '../../sealing/sodium';
import { deriveHostKey } from '../derivedKey';
import { FileSeals } from './files/seals';
import { Tokens } from './tokens';

const DOMAIN = 'sealbox/guard/token/v1';
const FILE_DOMAIN = 'sealbox/guard/file/v1';
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

/** The seals of the instance's files, under a key of their own. */
export async function fileSealsFor(encryptionKey: string, instanceId: string): Promise<FileSeals> {
	await ready;
	return new FileSeals(fileKey(deriveHostKey(encryptionKey, FILE_DOMAIN)), instanceId);
}
