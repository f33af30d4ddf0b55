import { base64s, hexes } from './listed/bytes';
import { texts, urls } from './listed/escapes';
import { intent, mangled, multiLine } from './listed/mangled';
import type { Transform } from './transform';

/** The transforms that the study names, variants included. */
export const listed: readonly Transform[] = [
	...texts,
	...urls,
	...base64s,
	...hexes,
	...mangled,
	...multiLine,
	...intent,
];
