import type { ICredentialDataDecryptedObject, IExecuteFunctions } from 'n8n-workflow';
import type { Carrier } from '../../http/ports';
import { destinationOf, kindOfType, type Needle } from '../../kinds';
import { assertWithin, type Limit } from '../../kinds/destination';
import { loginNeedles } from '../../kinds/basic';
import { secretsOf } from '../../kinds/kind';
import { SealboxError } from '../../sealing/error';
import { createScrubber, type Scrubber } from '../../sealing/scrub';
import { noteUse } from '../rotations';
import { isAppliedHere } from './generic';
import type { PredefinedType } from './predefined';
import { secretsOf as secretsInForm, spelledOut } from './secrets';

/** How a credential is put on a request. */
export type Way = PredefinedType['way'] | 'kind' | 'generic' | 'digest';

/** A credential type that a node uses, and how. */
export interface CredentialType {
	readonly name: string;
	readonly way: Way;
	readonly session?: boolean;
	readonly oAuth2?: object;
}

/** One credential with its values resolved, as many items as there may be that use it. */
export interface Credential {
	readonly type: CredentialType;
	/** The decrypted fields. The host writes a renewed token into this very object. */
	readonly data: ICredentialDataDecryptedObject;
	readonly carrier: Carrier;
	/** Finds the secrets of the fields; the by-products of a call are added by the caller. */
	readonly scrubber: Scrubber;
	readonly needles: readonly Needle[];
	/** The host's allowed domains, for the host to check as well. */
	readonly allowedDomains?: string;
}

/** Which type a generic or Sealbox type name stands for. */
export function ownType(name: string): CredentialType {
	if (kindOfType(name) !== undefined) return { name, way: 'kind' };
	if (isAppliedHere(name)) return { name, way: 'generic' };
	if (name === 'httpDigestAuth') return { name, way: 'digest' };
	if (name === 'oAuth1Api') return { name, way: 'oAuth1' };
	if (name === 'oAuth2Api') return { name, way: 'oAuth2', oAuth2: { tokenType: 'Bearer' } };
	throw new SealboxError(
		'ERR_CREDENTIAL_INVALID',
		`Sealbox Request cannot use credentials of the type ${name}. Choose another one.`,
	);
}

/**
 * Credentials of one run of a node.
 *
 * A credential may hold expressions, so that it is resolved for every item; items that come to the
 * same values share everything that is made from them.
 */
export class CredentialBox {
	readonly #made = new Map<string, Credential>();

	constructor(readonly context: IExecuteFunctions) {}

	async open(type: CredentialType, itemIndex: number): Promise<Credential> {
		const data = await this.context.getCredentials(type.name, itemIndex);
		const key = `${type.name} ${JSON.stringify(data)}`;
		const earlier = this.#made.get(key);
		if (earlier !== undefined) return earlier;
		noteUse(this.context, type.name, data);
		const credential = credentialOf(this.context, type, data);
		this.#made.set(key, credential);
		return credential;
	}
}

/** A credential that is open: where it may go, and what must not show up. */
export function credentialOf(
	context: IExecuteFunctions,
	type: CredentialType,
	data: ICredentialDataDecryptedObject,
): Credential {
	const needles = needlesOf(context, type.name, data);
	const scrubber = createScrubber(needles);
	const { limit } = destinationOf(data, type.name);
	const allowedDomains = limit.kind === 'domains' ? limit.domains.join(', ') : undefined;
	return {
		type,
		data,
		needles,
		scrubber,
		carrier: carrierOf(limit, scrubber),
		...(allowedDomains !== undefined && { allowedDomains }),
	};
}

/** Every secret that the fields of a credential hold now; the host may have renewed a token in them. */
export function needlesOf(
	context: IExecuteFunctions,
	name: string,
	data: ICredentialDataDecryptedObject,
): Needle[] {
	const kind = kindOfType(name);
	const inForm = secretsInForm(context.getCredentialsProperties(name), data);
	const ofKind = kind === undefined ? [] : secretsOf(kind, data);
	return spelledOut([...ofKind, ...inForm, ...ofLogin(name, data)]);
}

/** Of these types the form marks the password only, and some services take their key as the user. */
const ofLogin = (name: string, { user, password }: ICredentialDataDecryptedObject): Needle[] =>
	name === 'httpBasicAuth' || name === 'httpDigestAuth'
		? loginNeedles(String(user ?? ''), String(password ?? ''))
		: [];

function carrierOf(limit: Limit, scrubber: Scrubber): Carrier {
	const allows = (url: URL) => {
		assertWithin(limit, { url: url.href });
	};
	return {
		assertAllowed: allows,
		assertReachable: (url) => {
			if (limit.kind === 'domains' || limit.kind === 'none') allows(url);
		},
		names: (url) => limit.kind !== 'any' && isAllowed(() => allows(url)),
		showsIn: (text) => scrubber.text(text) !== text,
	};
}

/** A refusal is an answer here; anything else that goes wrong counts as one, too. */
function isAllowed(assert: () => void): boolean {
	try {
		assert();
		return true;
	} catch {
		return false;
	}
}
