import { z } from '../vendor/zod';
import { pasteWarnings, requiredSecret, secret } from './fields';
import type { Kind } from './kind';
import { isExpression } from './pasted';

/** Its salt is fixed, so length is what keeps a passphrase from being guessed. */
const LEAST_CHARACTERS = 16;
const GOOD_CHARACTERS = 24;
const REMEDY =
	'Let a password manager make one of 24 characters or more, and keep it there: what was sealed cannot be opened without it.';

const passphrase = requiredSecret('Passphrase', REMEDY, 'password');

const shape = z.looseObject({
	keysFrom: z
		.enum(['passphrase', 'keyset'], 'Keys From must be passphrase or keyset.')
		.default('passphrase'),
	passphrase,
	earlierKeys: z
		.looseObject({ keys: z.array(z.looseObject({ passphrase })).optional() })
		.optional(),
	secretKeyset: secret('Keyset').optional(),
});

export type SealingKeysFields = z.infer<typeof shape>;

const schema = shape.superRefine((fields, context) => {
	if (fields.keysFrom === 'keyset') {
		const message = keysetProblem(fields.secretKeyset ?? '');
		if (message !== null) context.addIssue({ code: 'custom', path: ['secretKeyset'], message });
		return;
	}
	for (const [index, chosen] of passphrasesOf(fields).entries()) {
		if (isExpression(chosen) || lengthOf(chosen) >= LEAST_CHARACTERS) continue;
		const earlier = ['earlierKeys', 'keys', index - 1, 'passphrase'];
		const message = `Passphrase has fewer than ${LEAST_CHARACTERS} characters, so it can be guessed. ${REMEDY}`;
		context.addIssue({ code: 'custom', path: index === 0 ? ['passphrase'] : earlier, message });
	}
});

/** The passphrases that open; the first seals. */
export const passphrasesOf = (fields: SealingKeysFields): string[] => [
	fields.passphrase,
	...(fields.earlierKeys?.keys ?? []).map((earlier) => earlier.passphrase),
];

const lengthOf = (text: string): number => [...text].length;

function keysetProblem(text: string): string | null {
	if (text.trim() === '') {
		return 'Keyset is empty. Paste an exported keyset, or set Keys From to Passphrase.';
	}
	if (isExpression(text) || /^sealbox-keyset\.[\w-]+$/.test(text.trim())) return null;
	return 'Keyset must be the text of an exported keyset, which begins with "sealbox-keyset.".';
}

function warnings(fields: SealingKeysFields): string[] {
	const { keysFrom, passphrase: chosen } = fields;
	const isShort = !isExpression(chosen) && lengthOf(chosen) < GOOD_CHARACTERS;
	return [
		...pasteWarnings('Passphrase', chosen, 'password'),
		...(keysFrom === 'passphrase' && isShort
			? [`Passphrase has fewer than ${GOOD_CHARACTERS} characters. A longer one resists guessing.`]
			: []),
	];
}

/** Keys that seal values: made of passphrases, or an exported keyset. They stay with Sealbox's nodes. */
export const sealingKeys: Kind<SealingKeysFields> = {
	name: 'sealingKeys',
	credentialType: 'sealboxSealingKeysApi',
	displayName: 'Sealbox Sealing Keys',
	auth: 'key',
	schema: schema as unknown as z.ZodType<SealingKeysFields>,
	secretFields: ['passphrase', 'earlierKeys.keys[].passphrase', 'secretKeyset'],
	warnings,
};
