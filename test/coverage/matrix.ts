import { judge, judgePieces, SHARE, SHORTEST_RUN } from './judge';
import { listed } from './listed';
import type { Sample } from './passage';
import { seededRandom, seedOf } from './random';
import { furtherSecrets, studySecrets, type NamedSecret } from './secrets';
import type { Transform } from './transform';
import { unlisted } from './unlisted';

/**
 * The matrix that judges the scrubber: every form in which a secret leaks, times every class of
 * secret. It imports nothing from `src`, so that it shares no mistake with what it judges.
 */

export { judge, judgePieces, listed, unlisted, studySecrets, furtherSecrets };
export type { NamedSecret, Sample, Transform };

export const transforms: readonly Transform[] = [...listed, ...unlisted];

export const allSecrets = (seed: number): NamedSecret[] => [
	...studySecrets(seed),
	...furtherSecrets(seed),
];

/** What of a cell carries the secret: the same for no two secrets of a class. */
export interface Carrier {
	readonly secret: string;
	readonly encoded: string;
	readonly pieces: readonly (readonly string[])[];
	/** The text of the decoy: the same context around another secret. */
	readonly background: string;
}

export interface Cell {
	readonly transform: Transform;
	readonly secret: NamedSecret;
	readonly sample: Sample;
	readonly carrier: Carrier;
}

/** False for a form that leaves this secret as it is (but `plain`) or is too short to be judged. */
export function applicable(
	{ name }: Transform,
	secret: string,
	{ encoded }: Sample,
	carrier: Carrier,
): boolean {
	const size = (list: readonly string[]) => list.join('').length;
	const parts = carrier.pieces.length > 0 ? carrier.pieces : [[carrier.encoded]];
	if (parts.some((list) => size(list) < SHORTEST_RUN)) return false;
	return name === 'plain' || !encoded.includes(secret.trim());
}

/**
 * The applicable cells for one seed: fresh secrets, fresh contexts.
 *
 * Many formats write a given secret in the same way: a quote is `\"` in ten languages. Such a text
 * counts once, for the first transform that gives it, unless it is glued to other letters.
 */
export function cells(seed: number): Cell[] {
	const decoys = allSecrets(seed + 1_000_000);
	return allSecrets(seed).flatMap((secret, index) => {
		const seen = new Set<string>();
		return transforms
			.map((transform) => cell(seed, transform, secret, decoys[index]))
			.filter(({ transform, sample, carrier }) => {
				const shape = shapeOf(sample);
				const isNew = !seen.has(shape);
				seen.add(shape);
				return isNew && applicable(transform, secret.value, sample, carrier);
			});
	});
}

function cell(seed: number, transform: Transform, secret: NamedSecret, decoy: NamedSecret): Cell {
	const context = seedOf(seed, transform.name, secret.name);
	const sample = transform.encode(secret.value, seededRandom(context));
	const other = transform.encode(decoy.value, seededRandom(context));
	return { transform, secret, sample, carrier: carrierOf(secret, sample, decoy, other) };
}

/**
 * Leaves out what a decoy of the same class shares with the secret, in the same context: `sk_live_`,
 * the BEGIN line of a key, the header of a JWT. Nothing is lost if that stays readable.
 */
const carrierOf = (
	secret: NamedSecret,
	sample: Sample,
	decoy: NamedSecret,
	other: Sample,
): Carrier => ({
	secret: ownPart(secret.value, decoy.value),
	encoded: ownPart(sample.encoded, other.encoded),
	pieces: (sample.pieces ?? []).map((list, copy) => ownPieces(list, other.pieces?.[copy] ?? [])),
	background: other.text,
});

function ownPart(text: string, decoy: string): string {
	const shorter = Math.min(text.length, decoy.length);
	let start = 0;
	while (start < shorter && text[start] === decoy[start]) start++;
	let tail = 0;
	while (tail < shorter - start && text.at(-1 - tail) === decoy.at(-1 - tail)) tail++;
	return text.slice(start, text.length - tail);
}

const ownPieces = (pieces: readonly string[], decoys: readonly string[]): string[] =>
	pieces
		.filter((piece) => !decoys.includes(piece))
		.map((piece) =>
			pieces.length === decoys.length ? ownPart(piece, decoys[pieces.indexOf(piece)] ?? '') : piece,
		)
		.filter((piece) => piece !== '');

function shapeOf({ text, encoded }: Sample): string {
	const at = text.indexOf(encoded);
	const glued = (char = '') => (/[A-Za-z0-9]/.test(char) ? 'x' : '.');
	return glued(text[at - 1]) + encoded + glued(text[at + encoded.length]);
}

/** True when the output keeps the encoded secret, or its pieces, and the secret itself hidden. */
export function isMasked({ carrier }: Cell, output: string, share = SHARE): boolean {
	if (!judge(carrier.secret, output, share)) return false;
	return carrier.pieces.length > 0
		? carrier.pieces.every((pieces) => judgePieces(pieces, output, share, carrier.background))
		: judge(carrier.encoded, output, share);
}
