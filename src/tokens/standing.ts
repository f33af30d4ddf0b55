import type { TokenRecord } from './record';

/** Where a grant stands, as far as everybody may know. Times as ISO 8601. */
export interface Standing {
	readonly state: string;
	readonly health: string;
	/** The service, by its host name. */
	readonly service: string;
	readonly obtainedAt?: string;
	readonly expiresAt?: string;
	/** When a person has to consent again, where the service says so. */
	readonly grantExpiresAt?: string;
	readonly scope?: string;
	/** Why the latest renewal failed, as a class and a code. */
	readonly trouble?: string;
	readonly nextAttemptAt?: string;
}

export function standingOf(record: TokenRecord): Standing {
	const { state, health, label, accessToken, obtainedAtMs, expiresAtMs, scope, trouble } = record;
	const isHeld = accessToken !== undefined;
	return {
		state,
		health,
		service: label,
		...(isHeld ? { obtainedAt: isoOf(obtainedAtMs) } : {}),
		...(isHeld && expiresAtMs !== null ? { expiresAt: isoOf(expiresAtMs) } : {}),
		...(record.refreshExpiresAtMs ? { grantExpiresAt: isoOf(record.refreshExpiresAtMs) } : {}),
		...(scope ? { scope } : {}),
		...(trouble
			? {
					trouble: `${trouble.reason}: ${trouble.code}`,
					nextAttemptAt: isoOf(trouble.nextAttemptAtMs),
				}
			: {}),
	};
}

const isoOf = (ms: number): string => new Date(ms).toISOString();
