import { apiKey } from './apiKey';
import { aws } from './aws/kind';
import { basic } from './basic';
import { bearer } from './bearer';
import { database } from './database';
import { host } from './host';
import { jwt } from './jwt';
import { oauth2 } from './oauth2';
import { sealingKeys } from './sealingKeys';
import { smtp } from './smtp';
import { token } from './token';
import { webhook } from './webhook';
import type { Kind } from './kind';

/** Every kind there is, each under `dist/credentials` as a form and here as everything else. */
export const KINDS = [
	apiKey,
	bearer,
	basic,
	jwt,
	oauth2,
	aws,
	database,
	host,
	sealingKeys,
	smtp,
	token,
	webhook,
] as unknown as readonly Kind[];

/** The kind behind a credential type of the host, or `undefined` for types that are not Sealbox's. */
export const kindOfType = (credentialType: string): Kind | undefined =>
	KINDS.find((kind) => kind.credentialType === credentialType);
