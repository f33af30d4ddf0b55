import type { State } from '../state/state';

const SHORTEST_MS = 10 * 60_000;

/**
 * For how long a request has to be remembered so that no copy of it is let in again.
 *
 * A copy stays fresh for a tolerance after the moment it names, which may itself be a tolerance ahead. Where
 * nothing says how old a request is, a copy is fresh for ever, and the operator chooses.
 */
export const replayMs = (toleranceSeconds: number | null, chosenMs: number): number =>
	Math.max(SHORTEST_MS, toleranceSeconds === null ? chosenMs : 2 * toleranceSeconds * 1000);

/**
 * Whether a verified request comes for the first time, in any process.
 *
 * Call it only after the verification: what anybody may send must not be remembered. A request that
 * nothing can tell from a copy, because nothing in it is signed, has no keys and is never the first.
 *
 * @param trigger - whose requests these are
 * @param keys - `replayKeys` of the verification
 */
export async function isFirst(
	state: Pick<State, 'claim'>,
	trigger: string,
	keys: readonly string[],
	ttlMs: number,
): Promise<boolean> {
	for (const key of keys) {
		if (!(await state.claim(`webhook/replay/${trigger}/${key}`, ttlMs))) return false;
	}
	return keys.length > 0;
}
