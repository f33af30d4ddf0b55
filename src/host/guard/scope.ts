import { AsyncLocalStorage } from 'node:async_hooks';

const opening = new AsyncLocalStorage<boolean>();

/** Everything that `work` reads of stored runs is opened: for short work that only reads and writes. */
export const whileOpening = <T>(work: () => T): T => opening.run(true, work);

export const isOpening = (): boolean => opening.getStore() === true;
