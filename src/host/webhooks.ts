import type { AuditEvent } from '../audit/event';
import type { State } from '../state/state';
import { ready } from '../sealing/sodium';
import { keysetOfKey } from '../sealing/keysetOfKey';
import { open, seal } from '../sealing/seal';
import { RemoteKeys, type AnswerSeal } from '../webhooks';
import type { Limiter } from '../webhooks/door/settings';
import { deriveHostKey } from './derivedKey';
import { encryptionKeyOrNull } from './installation';
import { processState } from './sharedState';
import { processTrail } from './trail';

/** What the triggers of one process share: the store, the audit trail, limits, fetched keys. */
export interface Triggers {
	/**
	 * Opened when it is first asked for.
	 *
	 * @throws SealboxError `ERR_STATE_UNAVAILABLE` when the settings name a store that is not there
	 */
	readonly state: State;
	/** Never throws; events that come before the trail is open follow when it is. */
	record(event: AuditEvent): void;
	/** The limiter of this name, made when it is new or its settings are. */
	limiter(name: string, settings: string, make: () => Limiter): Limiter;
	keys(address: string, load: () => Promise<unknown>): RemoteKeys;
	/** For answers that are kept; `null` where n8n's encryption key cannot be read. */
	answers(): Promise<AnswerSeal | null>;
	/** A certificate that was fetched before, or is now; rejects where what comes is none, and asks again next time. */
	certificate(address: string, load: () => Promise<string>): Promise<string>;
}

/** The package may be loaded twice in one process; the store, the trail and the limits are one. */
const SHARED = Symbol.for('sealbox.triggers.v1');
const MOST_CERTIFICATES = 100;

export function triggers(): Triggers {
	const holder = globalThis as unknown as Record<symbol, Triggers | undefined>;
	return (holder[SHARED] ??= makeTriggers());
}

function makeTriggers(): Triggers {
	const trail = processTrail();
	const limiters = new Map<string, { settings: string; limiter: Limiter }>();
	const keySets = new Map<string, RemoteKeys>();
	const certificates = new Map<string, Promise<string>>();
	let answers: Promise<AnswerSeal | null> | undefined;
	return {
		get state() {
			return processState();
		},
		answers: () => (answers ??= answerSeal()),
		record(event) {
			// Whatever breaks there must not end the host: it would be an unhandled rejection.
			void trail.then((open) => open?.append(event)).catch(() => {});
		},
		limiter(name, settings, make) {
			const known = limiters.get(name);
			if (known?.settings === settings) return known.limiter;
			const limiter = make();
			limiters.set(name, { settings, limiter });
			return limiter;
		},
		keys(address, load) {
			const known = keySets.get(address) ?? new RemoteKeys(load, { now: Date.now });
			keySets.set(address, known);
			return known;
		},
		certificate(address, load) {
			const known = certificates.get(address);
			if (known !== undefined) return known;
			if (certificates.size >= MOST_CERTIFICATES) certificates.clear();
			const loading = load().then(assertCertificate);
			certificates.set(address, loading);
			loading.catch(() => certificates.delete(address));
			return loading;
		},
	};
}

/** A proxy, for instance, may have sent a page of its own. */
function assertCertificate(text: string): string {
	if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
	throw new Error('expected a certificate in PEM form');
}

async function answerSeal(): Promise<AnswerSeal | null> {
	await ready;
	const encryptionKey = encryptionKeyOrNull(process.env);
	if (encryptionKey === null) return null;
	const keyset = keysetOfKey(deriveHostKey(encryptionKey, 'sealbox/webhook-answers/v1'));
	return {
		seal: (answer, context) => seal(answer, keyset, context),
		open(sealed, context) {
			try {
				return Buffer.from(open(sealed, keyset, context)).toString('utf8');
			} catch {
				// Kept under another encryption key, or altered: the answer is gone.
				return null;
			}
		},
	};
}
