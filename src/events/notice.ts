import type { StoredEvent } from '../state/state';

/** What a workflow can be started by. */
export type NoticeName =
	| 'accessDenied'
	| 'expiringSoon'
	| 'reauthenticationRequired'
	| 'refreshFailing'
	| 'refreshed'
	| 'revoked'
	| 'rotated';

/** An event as people and workflows see it: ids, names, codes and times, no value. */
export interface Notice {
	readonly event: NoticeName;
	/** ISO 8601, UTC, by the store's clock. */
	readonly time: string;
	readonly credential: {
		/** n8n's id, or, for tokens, a keyed hash of what makes the credential this one. */
		readonly id: string;
		readonly kind: string;
		/** The name in n8n, where the event can tell it. */
		readonly name?: string;
		/** The service that gives out its tokens. */
		readonly service?: string;
	};
	/** What happened and what to do next. */
	readonly message: string;
	/** A code. */
	readonly reason?: string;
	/** When what the event is about ends. */
	readonly expiresAt?: string;
	/** Before this nobody asks the service again. */
	readonly nextAttemptAt?: string;
	/** Where it happened. */
	readonly workflow?: { readonly id: string; readonly node: string };
	/** Always another one, and the same wherever the event is on record. */
	readonly eventId: string;
	/** Another one with each consent. */
	readonly lineage?: string;
	/** The same for all events of one attempt to renew a token. */
	readonly attempt?: string;
}

/** What the bodies of events may hold. */
type Body = Readonly<Partial<Record<(typeof FIELDS)[number], string>>>;
const FIELDS = [
	'attempt',
	'credential',
	'ends',
	'expiresAt',
	'kind',
	'label',
	'lineage',
	'name',
	'nextAttemptAt',
	'node',
	'reason',
	'workflow',
] as const;

const NAMES: Readonly<Record<string, NoticeName>> = {
	'credential.denied': 'accessDenied',
	'credential.expiring_soon': 'expiringSoon',
	'credential.reauth_required': 'reauthenticationRequired',
	'credential.refresh.failing': 'refreshFailing',
	'credential.refreshed': 'refreshed',
	'credential.revoked': 'revoked',
	'credential.reauthorized': 'rotated',
	'credential.rotated': 'rotated',
};

/** `undefined` for events that are for the record alone. */
export const nameOf = ({ type }: Pick<StoredEvent, 'type'>): NoticeName | undefined => NAMES[type];

/** `null` for events that are for the record alone. */
export function noticeOrNull(stored: StoredEvent): Notice | null {
	const event = nameOf(stored);
	if (event === undefined) return null;
	const body = bodyOf(stored);
	const { credential = '', kind = 'token', name, label, workflow, node = '' } = body;
	const { reason, expiresAt, nextAttemptAt, lineage, attempt } = body;
	return {
		event,
		time: new Date(stored.atMs).toISOString(),
		credential: {
			id: credential,
			kind,
			...(name === undefined ? {} : { name }),
			...(label === undefined ? {} : { service: label }),
		},
		message: SENTENCES[event](nameIn(body), body),
		...defined({ reason, expiresAt, nextAttemptAt }),
		...(workflow === undefined ? {} : { workflow: { id: workflow, node } }),
		eventId: stored.id,
		...defined({ lineage, attempt }),
	};
}

/** What an event may be chosen by: ids and names, in small letters. */
export function namesOf(stored: StoredEvent): string[] {
	const { credential, kind = 'token', name, label } = bodyOf(stored);
	return [credential, kind, name, label]
		.filter((text) => text !== undefined)
		.map((text) => text.toLowerCase());
}

/** Texts alone, and of known fields: whoever wrote it may be another release. */
function bodyOf({ body }: StoredEvent): Body {
	const parsed = JSON.parse(body) as Record<string, unknown>;
	const known = FIELDS.filter((field) => typeof parsed[field] === 'string');
	return Object.fromEntries(known.map((field) => [field, parsed[field]])) as Body;
}

const defined = <T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } =>
	Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;

const nameIn = ({ name, label, kind = 'token' }: Body): string =>
	name === undefined
		? `The ${kind} credential${label === undefined ? '' : ` for ${label}`}`
		: `The credential ${name}`;

const because = ({ reason }: Body): string => (reason === undefined ? '' : ` (${reason})`);

const SENTENCES: Readonly<Record<NoticeName, (who: string, body: Body) => string>> = {
	accessDenied: (who, body) =>
		`${who} was not used: a limit forbids it${because(body)}. Check what the workflow does with it; widen the limit only if that is what you want.`,
	expiringSoon: (who, body) => `${who} ends soon: ${expiring(body)}`,
	reauthenticationRequired: (who, body) =>
		`${who} needs a person${because(body)}. Open it in n8n, and connect it again or paste a new refresh token.`,
	refreshFailing: (who, body) =>
		`${who} cannot be renewed at the moment${because(body)}. ${failing(body)}`,
	refreshed: (who) => `${who} was renewed. Nothing is to be done.`,
	revoked: (who) =>
		`${who} was revoked, and nobody is given its tokens any more. Connect it again if it is still needed.`,
	rotated: (who) =>
		`${who} holds another secret than before. If nobody meant to change it, find out who did and withdraw the secret.`,
};

function expiring({ ends, expiresAt = 'a time near' }: Body): string {
	return ends === 'grant'
		? `its refresh token is good until ${expiresAt}. Connect it again before.`
		: `its access token is good until ${expiresAt}, and Sealbox cannot renew it. Connect it again before, or correct what keeps it from being renewed.`;
}

const failing = ({ nextAttemptAt }: Body): string =>
	nextAttemptAt === undefined
		? 'Check the credential and its service.'
		: `Sealbox tries again after ${nextAttemptAt}. If the credential is at fault, correct it; the next request then tries at once.`;
