/**
 * What happened, to be put on record: types, names and ids, never a value.
 *
 * Strings are shortened to 256 characters and lose their control characters when they are recorded.
 */
export interface AuditEvent {
	/** Dotted, for example `credential.used`. */
	readonly type: string;
	/** The id of the user who did it. */
	readonly actor?: string;
	/** Ids of what it was done to, for example `{ credential, workflow, node }`; 16 at most. */
	readonly subject?: Readonly<Record<string, string | undefined>>;
	/** How many, where the event stands for several. */
	readonly count?: number;
}

/** The last event of a chain: what the next one follows. */
export interface Head {
	readonly seq: number;
	/** 64 hex digits. */
	readonly hash: string;
}

/** What one process saw of another's chain. */
export interface SeenHead extends Head {
	readonly process: string;
}

/** An event as it is recorded. */
export interface Entry extends AuditEvent {
	/** ISO 8601, UTC. */
	readonly time: string;
	readonly subject?: Readonly<Record<string, string>>;
	readonly heads?: readonly SeenHead[];
}

const MOST_CHARACTERS = 256;
const MOST_SUBJECTS = 16;
/** Control and format characters, separators of lines, halves of surrogate pairs: they forge terminals' output. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Never throws: a record with a shortened name is better than none. */
export function entryOf(event: AuditEvent, milliseconds: number): Entry {
	const { type, actor, subject, count } = event;
	return {
		time: new Date(milliseconds).toISOString(),
		type: bounded(type),
		...(actor === undefined ? {} : { actor: bounded(actor) }),
		...(subject === undefined ? {} : { subject: boundedSubject(subject) }),
		...(count === undefined ? {} : { count }),
	};
}

/** The text without unprintable characters; an ellipsis at the end says that it was longer. */
export function bounded(text: string): string {
	const printable = String(text)
		.slice(0, MOST_CHARACTERS + 1)
		.replace(UNPRINTABLE, '\u{FFFD}');
	if (printable.length <= MOST_CHARACTERS) return printable;
	// Cutting may leave half a surrogate pair.
	return `${printable.slice(0, MOST_CHARACTERS - 1).replace(UNPRINTABLE, '')}…`;
}

const boundedSubject = (subject: NonNullable<AuditEvent['subject']>): Record<string, string> =>
	Object.fromEntries(
		Object.entries(subject)
			.filter((pair): pair is [string, string] => pair[1] !== undefined)
			.slice(0, MOST_SUBJECTS)
			.map(([name, id]) => [bounded(name), bounded(id)]),
	);
