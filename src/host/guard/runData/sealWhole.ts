import { TOKEN_PREFIX, tokensIn } from '../../../sealing/sealedToken';
import type { Needle } from '../needles';
import { hasFrame, isPlain, WHOLE, type ContentSealer } from './sealContent';
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

function aroundTokens(text: string, seal: (part: string) => string): string {
	let out = '';
	let done = 0;
	for (const { start, text: token } of tokensIn(text).filter(hasFrame)) {
		out += seal(text.slice(done, start)) + token;
		done = start + token.length;
	}
	return out + seal(text.slice(done));
}

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
