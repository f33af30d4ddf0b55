import { createHash } from 'node:crypto';
import { isSame } from '../algorithm';
import { demand } from '../refusal';
import type { Incoming } from '../request';
import { bytesIn } from './fields';

const HASHES = { 'sha-256': 'sha256', 'sha-512': 'sha512' } as const;

/** Refuses a body that is not the one of its `Content-Digest`, by every hash that we know. @see RFC 9530 */
export function demandDigest(incoming: Incoming): void {
	const digests = bytesIn(incoming.needHeader('content-digest'));
	const known = Object.entries(HASHES).filter(([name]) => digests.has(name));
	demand(known.length > 0, 'bad_body_hash');
	for (const [name, hash] of known) {
		const actual = createHash(hash).update(incoming.rawBody).digest();
		demand(isSame(digests.get(name) ?? actual.subarray(1), actual), 'bad_body_hash');
	}
}
