import type { NewEvent, State } from '../state/state';

export interface Announcement {
	/** What it is about; public. */
	readonly subject: string;
	/** What of it is announced; public. The same mark is not announced a second time. */
	readonly mark: string;
	/** Whether an earlier mark says the same; equal texts do in any case. */
	readonly isSame?: (earlier: string) => boolean;
	/** `null`: the mark is noted, and nobody is told. */
	readonly event: ((earlier: string | null) => NewEvent | null) | NewEvent;
}

/**
 * Puts an event into the outbox, unless its mark is the one that was noted last for the subject. Of
 * processes that do so at once, one does.
 *
 * @returns whether it did
 */
export async function announceOnce(
	state: State,
	{ subject, mark, isSame, event }: Announcement,
): Promise<boolean> {
	const key = keyOf(subject);
	const stored = await state.read(key);
	const earlier = stored?.value ?? null;
	if (earlier !== null && (earlier === mark || isSame?.(earlier))) return false;
	const made = typeof event === 'function' ? event(earlier) : event;
	const events = made === null ? [] : [made];
	const version = await state.swap({ key, expected: stored?.version ?? 0, value: mark, events });
	// Where somebody else was faster, they have said it.
	return version !== null && made !== null;
}

/** What was noted last for a subject; `null` when nothing was. */
export const markOf = async (state: State, subject: string): Promise<string | null> =>
	(await state.read(keyOf(subject)))?.value ?? null;

export async function forgetMark(state: State, subject: string): Promise<void> {
	const stored = await state.read(keyOf(subject));
	if (stored === null) return;
	await state.swap({ key: keyOf(subject), expected: stored.version, value: null });
}

const keyOf = (subject: string): string => `notice/${subject}`;
