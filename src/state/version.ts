import { SealboxError } from '../sealing/error';

/** The refusal to touch a store that a newer Sealbox has changed: nothing in it is lost. */
export const newerVersion = (found: number, known: number): SealboxError =>
	new SealboxError(
		'ERR_STATE_VERSION',
		`The shared store is in format ${found}; this release of Sealbox knows format ${known}. Update Sealbox in every process of n8n.`,
	);
