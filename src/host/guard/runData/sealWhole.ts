import type { Needle } from '../needles';
import type { ContentSealer } from './sealContent';
import type { Sealing } from './structure';

/**
 * Seals all content without looking for anything in it: for runs that carry a credential which cannot
 * be searched for.
 *
 * @param needle - names the credential that is to blame
 */
export const wholeSealing = (sealer: ContentSealer, needle: Needle): Sealing => ({
	seal: <T>(content: T): T => (isNothing(content) ? content : (sealer.whole(content, needle) as T)),
});

/** What can hold no secret. */
const isNothing = (content: unknown): boolean =>
	content === undefined ||
	content === null ||
	content === '' ||
	typeof content === 'boolean' ||
	(typeof content === 'object' && Object.keys(content).length === 0 && isSimple(content));

const isSimple = (content: object): boolean => {
	const prototype = Object.getPrototypeOf(content) as object | null;
	return prototype === Object.prototype || prototype === Array.prototype || prototype === null;
};
