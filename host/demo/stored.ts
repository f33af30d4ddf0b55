import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { search, type Canary } from '../canary.ts';
import { unflatten } from '../flatted.ts';
import type { DemoHost } from './hosts.ts';

/** One place of a stored run: a secret in one database, and what stands there in the other. */
export interface Place {
	/** For example `HTTP Request › json › headers › x-api-key`. */
	where: string;
	stock: string;
	guarded: string;
}

/** What the database itself holds of a run; the API may show something else. */
function storedRun({ n8n }: DemoHost, executionId: string): unknown {
	const file = join(n8n.folder, '.n8n', 'database.sqlite');
	const database = new DatabaseSync(file, { readOnly: true });
	try {
		const query = database.prepare('SELECT data FROM execution_data WHERE executionId = ?');
		return unflatten(String(query.get(executionId)?.data));
	} finally {
		database.close();
	}
}

/** The same run of two hosts: every text in which stock n8n has the secret, beside the other's. */
export function sideBySide(
	canary: Canary,
	stock: { host: DemoHost; id: string },
	guarded: { host: DemoHost; id: string },
): Place[] {
	const other = textsOf(storedRun(guarded.host, guarded.id));
	return [...textsOf(storedRun(stock.host, stock.id))]
		.filter(([, text]) => search([canary], '', text).length > 0)
		.map(([where, text]) => ({ where, stock: text, guarded: other.get(where) ?? '' }));
}

/** Every text of a run, by where it stands in it. */
function textsOf(run: unknown): Map<string, string> {
	const texts = new Map<string, string>();
	const walk = (value: unknown, path: string[]) => {
		if (typeof value === 'string') texts.set(shortened(path), value);
		if (typeof value !== 'object' || value === null) return;
		for (const [key, part] of Object.entries(value)) walk(part, [...path, key]);
	};
	walk(run, []);
	return texts;
}

/** The parts of a path that people know from the editor. */
const shortened = (path: string[]): string =>
	path.filter((key) => !HIDDEN.has(key) && !/^\d+$/.test(key)).join(' › ');

const HIDDEN = new Set('resultData runData executionData data main nodeExecutionStack'.split(' '));
