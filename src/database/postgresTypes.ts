import type { CustomTypesConfig } from '../vendor/pg';
import { exactNumber, finiteNumber, isoLocal, isoUtc } from './read';
import type { LargeNumbers } from './link';

/** Object ids of PostgreSQL's own types, each with the one of its array (catalogue pg_type). */
const OIDS = {
	bytea: [17, 1001],
	int8: [20, 1016],
	float4: [700, 1021],
	float8: [701, 1022],
	date: [1082, 1182],
	timestamp: [1114, 1115],
	timestamptz: [1184, 1185],
	interval: [1186, 1187],
	numeric: [1700, 1231],
} as const;

export const BYTEA = OIDS.bytea[0];

type Read = (text: string) => unknown;
type Types = typeof import('../vendor/pg').types;

const same: Read = (text) => text;

/** bytea in hexadecimal, which every server of this century sends. */
export const bytesOf = (text: string): Buffer => Buffer.from(text.slice(2), 'hex');

const READERS = (large: LargeNumbers): Record<keyof typeof OIDS, Read> => ({
	bytea: (text) => bytesOf(text).toString('base64'),
	int8: exactNumber(large),
	float4: finiteNumber,
	float8: finiteNumber,
	date: same,
	timestamp: isoLocal,
	timestamptz: isoUtc,
	interval: same,
	numeric: large === 'numbers' ? finiteNumber : same,
});

/**
 * How values come out of PostgreSQL. Whatever JSON can hold exactly keeps its type; the rest is text.
 *
 * @see docs/nodes/database.md, "What comes out"
 */
export function postgresTypes(types: Types, large: LargeNumbers): CustomTypesConfig {
	const known = tables.get(large) ?? tableOf(types, large);
	tables.set(large, known);
	return {
		getTypeParser: ((oid: number, format?: 'text') =>
			known.get(oid) ?? types.getTypeParser(oid, format)) as CustomTypesConfig['getTypeParser'],
	};
}

const tables = new Map<LargeNumbers, Map<number, Read>>();

function tableOf(types: Types, large: LargeNumbers): Map<number, Read> {
	const { create } = (types as unknown as { arrayParser: ArrayParser }).arrayParser;
	const readers = Object.entries(READERS(large)) as [keyof typeof OIDS, Read][];
	return new Map(
		readers.flatMap(([name, read]): [number, Read][] => [
			[OIDS[name][0], read],
			[
				OIDS[name][1],
				(text) => create(text, (entry) => (entry === null ? null : read(entry))).parse(),
			],
		]),
	);
}

interface ArrayParser {
	create(text: string, read: (entry: string | null) => unknown): { parse(): unknown };
}
