import { business } from './business';
import { code } from './code';
import { commerce } from './commerce';
import { messages } from './messages';
import { platforms } from './platforms';
import { standard } from './standard';

/** The presets, as they are written. Nothing is loaded for them but this. */
export const presets = [
	...standard,
	...commerce,
	...code,
	...messages,
	...business,
	...platforms,
] as const;
