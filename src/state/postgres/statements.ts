import type { Change } from '../state';

/*
 * Every call of the port is one statement, so that it is atomic by itself and costs one way to the
 * server. Rows are locked in the order lease, record, outbox_end by all of them.
 */

export interface Statement {
	readonly text: string;
	readonly values: unknown[];
}

/** Milliseconds as PostgreSQL's interval. */
const after = (parameter: string): string =>
	`clock_timestamp() + ${parameter}::double precision * interval '1 millisecond'`;

/** A compare-and-swap with all that has to happen in the same step; a row with `version` if it did. */
export function swapIn(schema: string, change: Change): Statement {
	const { key, expected, value, lease, releases, events = [], outlives } = change;
	const { adds = [], removes = [] } = change;
	const values: unknown[] = [key, expected, value];
	const bind = (item: unknown): string => `$${values.push(item)}`;
	const parts: string[] = [];
	let guard = 'true';
	if (lease !== undefined) {
		const own = `name = ${bind(lease.name)} AND owner = ${bind(lease.owner)} AND fence = ${bind(lease.fence)}`;
		parts.push(
			`held AS (SELECT 1 FROM ${schema}.lease WHERE ${own} AND expires_at > clock_timestamp() FOR UPDATE)`,
		);
		guard = 'EXISTS (SELECT FROM held)';
		if (releases) {
			parts.push(
				`freed AS (UPDATE ${schema}.lease SET owner = NULL WHERE ${own} AND EXISTS (SELECT FROM changed))`,
			);
		}
	}
	parts.splice(lease ? 1 : 0, 0, `changed AS (${changeIn(schema, change, guard)})`);
	if (adds.length > 0) {
		parts.push(
			`added AS (INSERT INTO ${schema}.record (key, version, value) SELECT added.key, 1, '' FROM unnest(${bind(adds)}::text[]) AS added (key) WHERE EXISTS (SELECT FROM changed) ON CONFLICT DO NOTHING)`,
		);
	}
	if (removes.length > 0) {
		parts.push(
			`removed AS (DELETE FROM ${schema}.record WHERE key = ANY(${bind(removes)}::text[]) AND EXISTS (SELECT FROM changed))`,
		);
	}
	if (events.length > 0) parts.push(...eventsIn(schema, change, bind));
	const source = outlives === 'crash' ? `changed, ${WITHOUT_THE_DISK}` : 'changed';
	return { text: `WITH ${parts.join(', ')} SELECT version FROM ${source}`, values };
}

/** The commit of this one statement is not waited for; those after it bring it to the disk as well. */
const WITHOUT_THE_DISK = "set_config('synchronous_commit', 'off', true)";

/** Every form uses the parameters 1 to 3, which PostgreSQL wants to know the types of. */
function changeIn(schema: string, { expected, value }: Change, guard: string): string {
	const table = `${schema}.record`;
	if (value === null) {
		return `DELETE FROM ${table} WHERE key = $1 AND version = $2::integer AND $3::text IS NULL AND ${guard} RETURNING version`;
	}
	if (expected > 0) {
		return `UPDATE ${table} SET value = $3::text, version = version + 1 WHERE key = $1 AND version = $2::integer AND ${guard} RETURNING version`;
	}
	return `INSERT INTO ${table} (key, version, value) SELECT $1, $2::integer + 1, $3::text WHERE ${guard} ON CONFLICT DO NOTHING RETURNING version`;
}

function eventsIn(
	schema: string,
	{ events = [] }: Change,
	bind: (item: unknown) => string,
): string[] {
	const columns = [
		events.map(({ id }) => id),
		events.map(({ type }) => type),
		events.map(({ body }) => body),
	];
	const [ids, types, bodies] = columns.map((column) => `${bind(column)}::text[]`);
	return [
		`outbox_at AS (UPDATE ${schema}.outbox_end SET position = position + ${events.length} WHERE EXISTS (SELECT FROM changed) RETURNING position - ${events.length} AS position)`,
		`put AS (INSERT INTO ${schema}.outbox (position, id, type, body, at)
			SELECT outbox_at.position + event.number, event.id, event.type, event.body, clock_timestamp()
			FROM outbox_at, unnest(${ids}, ${types}, ${bodies}) WITH ORDINALITY AS event(id, type, body, number)
			ON CONFLICT DO NOTHING)`,
	];
}

export const acquireIn = (schema: string): string =>
	`INSERT INTO ${schema}.lease AS held (name, owner, fence, expires_at) VALUES ($1, $2, 1, ${after('$3')})
	ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, fence = held.fence + 1, expires_at = excluded.expires_at
	WHERE held.owner IS NULL OR held.expires_at <= clock_timestamp() RETURNING fence`;

export const renewIn = (schema: string): string =>
	`UPDATE ${schema}.lease SET expires_at = ${after('$4')}
	WHERE name = $1 AND owner = $2 AND fence = $3 AND expires_at > clock_timestamp() RETURNING fence`;

export const releaseIn = (schema: string): string =>
	`UPDATE ${schema}.lease SET owner = NULL WHERE name = $1 AND owner = $2 AND fence = $3`;

export const claimIn = (schema: string): string =>
	`INSERT INTO ${schema}.claim AS claimed (key, expires_at) VALUES ($1, ${after('$2')})
	ON CONFLICT (key) DO UPDATE SET expires_at = excluded.expires_at
	WHERE claimed.expires_at <= clock_timestamp() RETURNING key`;

/** A bucket is known by the time at which it will be full; 10 µs for thirds of milliseconds. */
export const takeIn = (schema: string): string => {
	const next = `greatest(bucket.expires_at, clock_timestamp()) + $2::double precision * interval '1 millisecond'`;
	return `WITH taken AS (
		INSERT INTO ${schema}.counter AS bucket (key, count, expires_at) VALUES ($1, 1, ${after('$2')})
		ON CONFLICT (key) DO UPDATE SET count = bucket.count + 1, expires_at = ${next}
		WHERE ${next} <= ${after('($3 + 0.01)')} RETURNING key)
	SELECT 0 AS wait FROM taken UNION ALL
	SELECT greatest(1, extract(epoch FROM expires_at - clock_timestamp()) * 1000 + $2::double precision - $3::double precision)
	FROM ${schema}.counter WHERE key = $1 AND NOT EXISTS (SELECT FROM taken)`;
};

export const eventsFrom = (schema: string): string =>
	`SELECT position, id, type, body, extract(epoch FROM at) * 1000 AS at FROM ${schema}.outbox
	WHERE position > $1 ORDER BY position LIMIT $2`;

export const pruneIn = (schema: string): string =>
	`DELETE FROM ${schema}.outbox WHERE at < clock_timestamp() - $1::double precision * interval '1 millisecond'
	OR position <= (SELECT position FROM ${schema}.outbox_end) - $2::bigint`;
