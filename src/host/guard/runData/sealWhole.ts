import { TOKEN_PREFIX } from '../../../sealing/sealedToken';
import type { Needle } from '../needles';
import { aroundTokens, isPlain, WHOLE, type ContentSealer } from './sealContent';
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

/** The same for what may hold tokens already, which stay as they are: sealed once more they would open to tokens. */
export function wholeSealingAround(sealer: ContentSealer, needle: Needle): Sealing {
	const { seal: whole } = wholeSealing(sealer, needle);
	const around = (content: unknown): unknown => {
		if (!(JSON.stringify(content) ?? '').includes(TOKEN_PREFIX)) return whole(content);
		if (typeof content === 'string') return aroundTokens(content, whole);
		if (Array.isArray(content)) return content.map(around);
		if (!isPlain(content)) return whole(content);
		const parts = Object.entries(content);
		const isSealed = parts.length === 1 && parts[0][0] === WHOLE;
		return Object.fromEntries(
			parts.map(([key, part]) => [isSealed ? key : (around(key) as string), around(part)]),
		);
	};
	return { seal: <T>(content: T): T => around(content) as T };
}

/** What can hold no secret. */
const isNothing = (content: unknown): boolean =>
	content === undefined ||
	content === null ||
	content === '' ||
	typeof content === 'boolean' ||
	((isPlain(content) || Array.isArray(content)) && Object.keys(content).length === 0);
