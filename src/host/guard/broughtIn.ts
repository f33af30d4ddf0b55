import { AsyncLocalStorage } from 'node:async_hooks';
import { Family } from './runs';

/** Parts of run data and of workflows in memory that were opened, and who knows the secrets in them. */
const openedParts = new WeakMap<object, Family>();

/** Text in it that looks like a token is text from now on. */
export const noteOpened = (part: object, family: Family): unknown => openedParts.set(part, family);

export const familyOfOpened = (part: object): Family | undefined => openedParts.get(part);

const starting = new AsyncLocalStorage<{ family: Family | undefined }>();

/** Starts a run with data that was opened for it before it has an id. */
export async function startingWith<T>(
	parts: readonly object[],
	start: () => Promise<T>,
): Promise<T> {
	const families = parts.map(familyOfOpened).filter((family) => family !== undefined);
	if (families.length === 0) return await start();
	const family = new Family();
	for (const each of new Set(families)) family.adopt(each);
	return await starting.run({ family }, start);
}

/** For the run that is being started, once. */
export function takeStarting(): Family | undefined {
	const store = starting.getStore();
	const family = store?.family;
	if (store !== undefined) store.family = undefined;
	return family;
}
