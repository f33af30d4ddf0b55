import { AsyncLocalStorage } from 'node:async_hooks';

const viewing = new AsyncLocalStorage<boolean>();

/** Files that `work` asks for are for someone to look at: they come with placeholders for secrets. */
export const whileViewing = <T>(work: () => T): T => viewing.run(true, work);

export const isViewing = (): boolean => viewing.getStore() === true;
