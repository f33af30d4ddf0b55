import { createHmac, randomBytes } from 'node:crypto';
import type { Keyset } from '../sealing/keyset';
import { importKeyset } from '../sealing/keysetText';
import { keysetFromPassphrases } from '../sealing/passphraseKeyset';
import { open, seal } from '../sealing/seal';
import { ready } from '../sealing/sodium';
import { parseFields, type Fields } from './kind';
import { passphrasesOf, sealingKeys, type SealingKeysFields } from './sealingKeys';

/*
 * Apart from the kind, because this file loads libsodium and the kind is read by everything.
 *
 * Stretching a passphrase takes about 0.2 s and the same credential comes with every item, so the
 * last few keysets, and refusals, are kept under a keyed hash of their fields.
 */
const MOST_KEPT = 16;
const hashKey = randomBytes(32);
const kept = new Map<string, Outcome>();

type Outcome = { readonly keyset: Keyset } | { readonly refusal: unknown };

/**
 * The keys of a Sealbox Sealing Keys credential.
 * @throws {@link SealboxError} `ERR_CREDENTIAL_INVALID`, or as {@link importKeyset}
 */
export async function keysetOf(data: Fields): Promise<Keyset> {
	const fields = parseFields(sealingKeys, data);
	await ready;
	const id = createHmac('sha256', hashKey).update(JSON.stringify(fields)).digest('base64');
	const outcome = kept.get(id) ?? outcomeOf(fields);
	keep(id, outcome);
	if ('refusal' in outcome) throw outcome.refusal;
	return outcome.keyset;
}

function outcomeOf(fields: SealingKeysFields): Outcome {
	const { keysFrom, secretKeyset = '', passphrase } = fields;
	try {
		const isExported = keysFrom === 'keyset';
		const keyset = isExported
			? importKeyset(secretKeyset, { passphrase })
			: keysetFromPassphrases(passphrasesOf(fields));
		return { keyset };
	} catch (refusal) {
		return { refusal };
	}
}

/** Says what the keys of a credential can do, in a sentence that may be shown. */
export async function keysetSummary(data: Fields): Promise<string> {
	const keyset = await keysetOf(data);
	open(seal('', keyset, []), keyset, []);
	const earlier = keyset.keys.filter(({ isPrimary, status }) => !isPrimary && status === 'enabled');
	const others =
		earlier.length === 0
			? ''
			: ` ${earlier.length} earlier ${earlier.length === 1 ? 'key still opens' : 'keys still open'}.`;
	return `The keys work. New values are sealed with key ${keyset.primaryId.slice(0, 8)}.${others}`;
}

/** Puts an entry at the end of the line and drops the one that was not asked for the longest. */
function keep(id: string, outcome: Outcome): void {
	kept.delete(id);
	kept.set(id, outcome);
	const [oldest] = kept.keys();
	if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
}
