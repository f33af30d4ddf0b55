import { randomUUID } from 'node:crypto';
import { eventOf } from './event';
import { fingerprint } from './fingerprint';
import { consentText } from './grants/oauth';
import type { Source } from './issued';
import { newRecord, type TokenRecord } from './record';
import type { TokenSettings } from './settings';
import type { Shelf, Shelved } from './shelf';

const MOST_CONSENTS = 16;

/**
 * The record of a source as it is stored. A consent that the record has not seen before takes the place of
 * what it held: T1, T2 and T17. One that it has seen, and a revoked record, change nothing. Another secret of
 * the client is noted: T14.
 */
export async function adopted(
	source: Source,
	shelf: Shelf,
	settings: TokenSettings,
): Promise<Shelved> {
	const { id, consent } = source;
	const key = settings.fingerprintKey;
	const given = consent === undefined ? '' : consentText(consent);
	const mark = given === '' ? null : fingerprint(key, 'consent', given);
	for (;;) {
		const shelved = await shelf.read(id);
		const isKnown = shelved !== null && (mark === null || shelved.record.consents.includes(mark));
		if (shelved !== null && (isKnown || shelved.record.state === 'REVOKED')) {
			if (!isRotated(source, shelved.record)) return shelved;
			const noted = await withProof(source, shelved, shelf);
			if (noted !== null) return noted;
			continue;
		}
		const before = shelved?.record.consents ?? [];
		const fresh = newRecord(randomUUID(), source, settings.clock());
		const record = mark === null ? fresh : withConsent(fresh, source, [...before, mark]);
		const event = shelved === null ? 'credential.created' : 'credential.reauthorized';
		const events = [eventOf(id, event, record)];
		const written = await shelf.swap(id, shelved ?? { record, version: 0 }, record, { events });
		if (written !== null) return written;
	}
}

function withConsent(record: TokenRecord, { consent }: Source, marks: string[]): TokenRecord {
	const { refreshToken, accessToken, expiresAtMs = null } = consent ?? {};
	return {
		...record,
		state: 'ACTIVE',
		consents: marks.slice(-MOST_CONSENTS),
		expiresAtMs,
		...(refreshToken === undefined ? {} : { refreshToken }),
		...(accessToken === undefined ? {} : { accessToken }),
	};
}

/** Not while somebody asks for tokens: they write the record over the version that they have read. */
const isRotated = ({ clientProof }: Source, record: TokenRecord): boolean =>
	record.clientProof !== clientProof && record.intent === undefined && record.state !== 'REVOKED';

async function withProof(
	{ id, clientProof }: Source,
	shelved: Shelved,
	shelf: Shelf,
): Promise<Shelved | null> {
	const record: TokenRecord = { ...shelved.record, clientProof };
	const events = [eventOf(id, 'credential.rotated', record, { reason: 'client secret' })];
	return await shelf.swap(id, shelved, record, { events });
}
