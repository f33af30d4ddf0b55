import { valueAt } from '../../http/jsonPath';
import type { HttpResponse } from '../../http/message';
import { peek } from '../../http/peek';
import type { Fields } from '../../kinds';

/** How an API says that it does not take a token any more. */
export interface RefusalSigns {
	/** What the credential names; 401 says it in any case. */
	readonly status: number;
	/** Where a JSON body says it; empty where none does. */
	readonly path: string;
	readonly values: readonly string[];
}

/** An answer that says no more than that is short. */
const MOST_BYTES = 64 * 1024;

export function signsIn({
	tokenExpiredStatusCode,
	refusalPath,
	refusalValues,
}: Fields): RefusalSigns {
	const values = String(refusalValues ?? '').split(',');
	return {
		status: Number(tokenExpiredStatusCode) || 401,
		path: String(refusalPath ?? '').trim(),
		values: values.map((value) => value.trim()).filter((value) => value !== ''),
	};
}

/**
 * Whether an answer refuses the token, and the answer to go on with.
 *
 * @param isFresh - whether the token is known to be good for a while: a status that may mean something else as
 *   well, as 403 does, then means that
 */
export async function judge(
	answer: HttpResponse,
	{ status, path, values }: RefusalSigns,
	isFresh: () => Promise<boolean>,
): Promise<{ response: HttpResponse; isRefusal: boolean }> {
	// Where nobody knows, whoever asks for another token hears why, and the answer is let go of.
	const isKnownFresh = async () => await isFresh().catch(() => false);
	const isRefusal = answer.status === 401 || (answer.status === status && !(await isKnownFresh()));
	if (isRefusal) return { response: answer, isRefusal };
	if (path === '') return { response: answer, isRefusal: false };
	const { response, bytes } = await peek(answer, MOST_BYTES);
	const said = bytes === null ? undefined : valueAt(parsedOrNull(bytes), path);
	const isSaid = ['string', 'number', 'boolean'].includes(typeof said);
	return { response, isRefusal: isSaid && values.includes(String(said).trim()) };
}

function parsedOrNull(bytes: Uint8Array): unknown {
	try {
		return JSON.parse(Buffer.from(bytes).toString('utf8'));
	} catch {
		// Not JSON: it has no paths.
		return null;
	}
}
