import type { Transform } from './transform';
import { configuration } from './unlisted/configuration';
import { display } from './unlisted/display';
import { dumps } from './unlisted/dumps';
import { headers } from './unlisted/headers';
import { languages } from './unlisted/languages';
import { mail } from './unlisted/mail';
import { shells } from './unlisted/shells';
import { web } from './unlisted/web';

/** Forms that the study does not name, collected from how software really writes text. */
export const unlisted: readonly Transform[] = [
	...languages,
	...web,
	...headers,
	...configuration,
	...shells,
	...mail,
	...dumps,
	...display,
];
