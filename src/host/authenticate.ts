import { authenticate as apply, type Fields } from '../kinds';
import type { Circumstances } from '../kinds/kind';
import { noteDenial } from './denials';

/**
 * Puts a credential on a request of any node of n8n, and tells of a destination that its limits forbid.
 *
 * @throws SealboxError as `authenticate` of src/kinds
 */
export async function authenticate<R extends object>(
	type: string,
	fields: Fields,
	request: R,
	circumstances?: Circumstances,
): Promise<R> {
	return await apply(type, fields, request, circumstances).catch((error: unknown) => {
		noteDenial(error, type);
		throw error;
	});
}
