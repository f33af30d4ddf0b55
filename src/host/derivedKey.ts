import { hkdfSync } from 'node:crypto';
import { stretch, type Cost } from '../sealing/passphrase';

/*
 * Argon2id (cost and salt below) of n8n's encryption key gives 32 bytes; HKDF-SHA256 of these, without
 * salt and with the domain as info, gives the key of that domain. What is sealed with these keys outlives
 * the process, so nothing here may change.
 */
const SALT = Uint8Array.from(Buffer.from('sealbox/n8nkey/1', 'latin1'));

/**
 * OWASP's first recommendation. n8n makes a random key unless an operator chose one; stretching is for a
 * chosen one that is short, because sealed tokens reach people who may not see the key. Every process of
 * n8n pays for it at each start and never gives the memory back, so it takes less than a passphrase does.
 */
const COST: Cost = { passes: 2, memoryKib: 19_456 };
const DERIVED_BYTES = 32;

/** n8n's own, and a root key; more only where they change, as in tests. */
const MOST_STRETCHED = 4;
const stretched = new Map<string, Uint8Array>();

/**
 * A 32-byte secret key made of n8n's encryption key, the same in every process that has it. Neither the
 * encryption key nor the key of another domain can be told from it.
 *
 * The first call for an encryption key takes about 50 ms, further ones microseconds. Await `ready` of
 * `src/sealing/sodium` before.
 *
 * @param encryptionKey - secret; as in `N8N_ENCRYPTION_KEY` or n8n's settings file
 * @param domain - public; what the key is for, for example `sealbox/audit/v1`
 * @returns memory of the caller's own
 * @throws SealboxError `ERR_KEY_INVALID` for an empty encryption key
 * @throws RangeError for an empty domain
 */
export function deriveHostKey(encryptionKey: string, domain: string): Uint8Array {
	if (domain === '') throw new RangeError('domain: expected a name, got an empty string');
	const info = Buffer.from(domain, 'utf8');
	return new Uint8Array(hkdfSync('sha256', stretchedOnce(encryptionKey), '', info, DERIVED_BYTES));
}

function stretchedOnce(encryptionKey: string): Uint8Array {
	const known = stretched.get(encryptionKey);
	if (known !== undefined) return known;
	if (stretched.size >= MOST_STRETCHED) stretched.clear();
	const bytes = stretch(encryptionKey, SALT, COST);
	stretched.set(encryptionKey, bytes);
	return bytes;
}
