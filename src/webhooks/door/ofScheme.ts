import { resolveScheme } from '../verify';
import type { Proof } from './settings';

/** For how many seconds a request of this proof is fresh; `null` where nothing says how old it is. */
export function toleranceOf(proof: Proof): number | null {
	if (proof.kind !== 'scheme') return null;
	const scheme = resolveScheme(proof.scheme);
	const ofScheme =
		scheme.type === 'message-signature'
			? scheme.toleranceSeconds
			: 'timestamp' in scheme
				? scheme.timestamp?.toleranceSeconds
				: undefined;
	return ofScheme === undefined ? null : (proof.toleranceSeconds ?? ofScheme);
}

/** Whether copies of requests of this proof can be told from new ones at all. */
export function knowsCopies(proof: Proof): boolean {
	if (proof.kind !== 'scheme') return false;
	const { type } = resolveScheme(proof.scheme);
	return type !== 'secret' && type !== 'jwt';
}
