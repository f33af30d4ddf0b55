import { deriveSubkey } from './derive';
import { KEY_BYTES } from './frame';
import { KEY_ID_BYTES, makeKey, type Key } from './key';
import { Keyset } from './keyset';
import { COST, stretch } from './passphrase';

/*
 * Key of a passphrase: Argon2id (cost and normalisation as for exported keysets) with this salt gives
 * 32 bytes; their subkey 1 is the key id, subkey 2 the key. The salt cannot be random, because the
 * same passphrase has to give the same key on every machine; so the passphrase has to be strong.
 */
const SALT = Uint8Array.from(Buffer.from('sealbox/phrase/1', 'latin1'));
const KDF_CONTEXT = 'sbx-word';
const ID_SUBKEY = 1;
const KEY_SUBKEY = 2;

/**
 * A keyset made of passphrases alone, the same on every machine: the first seals, all of them open.
 * Each takes about 0.2 s.
 *
 * @throws SealboxError `ERR_KEY_INVALID` for an empty passphrase
 * @see docs/format.md, "Keys from passphrases"
 */
export function keysetFromPassphrases(passphrases: readonly string[]): Keyset {
	const keys = new Map<string, Key>();
	for (const passphrase of passphrases) {
		const key = keyFrom(passphrase);
		if (!keys.has(key.id)) keys.set(key.id, key);
	}
	const [primaryId = ''] = keys.keys();
	return new Keyset(primaryId, [...keys.values()]);
}

function keyFrom(passphrase: string): Key {
	const stretched = stretch(passphrase, SALT, COST);
	const id = deriveSubkey(stretched, ID_SUBKEY, KDF_CONTEXT, KEY_ID_BYTES);
	const bytes = deriveSubkey(stretched, KEY_SUBKEY, KDF_CONTEXT, KEY_BYTES);
	stretched.fill(0);
	return makeKey(Buffer.from(id).toString('hex'), 'enabled', bytes);
}
