import { TOKEN_PREFIX } from '../../../sealing/sealedToken';
import type { Guard } from '../guard';
import type { Host } from '../host';
import { hasStoredMark } from '../marks';
import { savedRun } from '../seams/lifecycle';
import type { Result } from './executions';

const BATCH = 50;

interface Row {
	readonly id: string;
	readonly staticData?: object | string | null;
	readonly pinData?: object | null;
}

interface Transaction {
	findOne(type: unknown, query: object): Promise<Row | null>;
	update(type: unknown, id: string, change: object): Promise<unknown>;
}

interface Repository {
	readonly target: unknown;
	readonly manager: {
		readonly connection: { readonly options: { readonly type: string } };
		transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
	};
	find(query: object): Promise<Row[]>;
}

/** Opens the static and the pinned data of every workflow, one after the other. */
export async function* openWorkflows(
	host: Host,
	guard: Guard,
): AsyncGenerator<{ id: string; result: Result }> {
	const repository = host.service<Repository>(
		host.classOf(host.package('@n8n/db'), 'WorkflowRepository'),
	);
	for await (const row of sealed(host, repository)) {
		yield { id: row.id, result: await openStored(guard, repository, row.id) };
	}
}

async function* sealed(host: Host, repository: Repository): AsyncGenerator<Row> {
	const { MoreThan } = host.package<{ MoreThan(value: string): unknown }>('@n8n/typeorm');
	for (let after = ''; ; ) {
		const rows = await repository.find({
			where: { id: MoreThan(after) },
			select: ['id', 'staticData', 'pinData'],
			order: { id: 'ASC' },
			take: BATCH,
		});
		yield* rows.filter((row) => hasSealedStatic(row) || hasSealedPins(row));
		if (rows.length < BATCH) return;
		after = rows.at(-1)!.id;
	}
}

const staticOf = ({ staticData }: Row): object | null | undefined =>
	typeof staticData === 'string' ? (JSON.parse(staticData) as object) : staticData;

const hasSealedStatic = (row: Row): boolean => hasStoredMark(staticOf(row));

const hasSealedPins = ({ pinData }: Row): boolean =>
	JSON.stringify(pinData ?? null).includes(TOKEN_PREFIX);

/** Reads and writes in one transaction: a trigger may store its static data at any moment. */
async function openStored(guard: Guard, repository: Repository, id: string): Promise<Result> {
	const run = await savedRun(guard, id);
	const { manager, target } = repository;
	const isPostgres = manager.connection.options.type === 'postgres';
	return await manager.transaction(async (transaction) => {
		const row = await transaction.findOne(target, {
			where: { id },
			select: ['id', 'staticData', 'pinData'],
			...(isPostgres && { lock: { mode: 'pessimistic_write' } }),
		});
		if (row === null) return 'clean';
		const data = hasSealedStatic(row) ? staticOf(row) : undefined;
		const pins = hasSealedPins(row) ? row.pinData : undefined;
		const refusal =
			(data && (await guard.opener.open(run, data))) ??
			(pins && (await guard.opener.open(run, pins))) ??
			null;
		if (refusal !== null) return { refused: refusal.message };
		await transaction.update(target, id, {
			...(data && { staticData: data }),
			...(pins && { pinData: pins }),
			// To people, nothing has changed.
			updatedAt: () => '"updatedAt"',
		});
		return 'opened';
	});
}
