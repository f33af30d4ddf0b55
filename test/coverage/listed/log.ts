import * as enc from '../encodings';
import { passage, type Passage } from '../passage';
import type { Scene } from '../scene';
import type { Build } from '../transform';

/** A log line that shows the encoded secret behind a field name. */
export const logged =
	(encode: (secret: string, at: Scene) => string): Build =>
	(secret, at) =>
		passage(`${at.log}${at.phrase} key=`, encode(secret, at), ` host=${at.host} id=${at.id}`);

export const document = (at: Scene, secret: string): Passage =>
	passage(`{"user":"${at.user}","token":"`, enc.jsonEscaped(secret), `","port":${at.port}}`);
