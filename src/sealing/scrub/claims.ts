/**
 * What a signed token carries besides its signature: an identifier, an opaque reference. A token
 * that was cut short still shows it, and unlike the other claims no other token has the same.
 */

const TOKEN = /^eyJ[\w-]+\.([\w-]+)\.[\w-]+$/;
const SHORTEST_CLAIM = 16;
const FEWEST_DIGITS = 2;

/** The stretches of the payload's base64url digits that stand for such claims. */
export function ownClaims(text: string): string[] {
	const payload = TOKEN.exec(text)?.[1];
	if (payload === undefined) return [];
	const bytes = Buffer.from(payload, 'base64url');
	const claims = bytes.toString('latin1').matchAll(/"([\w-]+)"/g);
	return [...claims]
		.filter(([, claim]) => isRandom(claim))
		.map(({ index, 1: claim }) => digitsOf(payload, index + 1, claim.length));
}

const isRandom = (claim: string): boolean =>
	claim.length >= SHORTEST_CLAIM && (claim.match(/\d/g)?.length ?? 0) >= FEWEST_DIGITS;

/** The digits that depend on bytes `[at, at + length)` alone. */
const digitsOf = (payload: string, at: number, length: number): string =>
	payload.slice(Math.ceil((at * 4) / 3), Math.floor(((at + length) * 4) / 3));
