import type { Guard } from '../guard';
import type { FilePlaces } from './places';
import type { FileSeals } from './seals';

/** What sealing and opening files takes. */
export interface FileParts {
	readonly guard: Guard;
	readonly places: FilePlaces;
	/** Made once the keys are derived. */
	readonly seals: Promise<FileSeals>;
	/** So many bytes of a file wait in memory for the end of its search. */
	readonly mostInMemory: number;
}
