import type { Guard } from '../guard';
import type { Host } from '../host';
import { hasStoredMark, isObject, REFUSED } from '../marks';
import { persistenceOf } from '../seams/records';
import { openExecution, type ExecutionView } from '../stored';

/** Executions that n8n goes on with: one that waits, one that waits for its turn, one under way. */
const UNFINISHED = ['waiting', 'new', 'running'];
const BATCH = 100;

interface Row {
	readonly id: string;
	readonly status: string;
}

interface Store {
	findSingleExecution(id: string, options: object): Promise<ExecutionView | undefined>;
	updateExistingExecution(id: string, change: object, conditions: object): Promise<boolean>;
}

/** What a look at something sealed came to. */
export type Result = 'clean' | 'opened' | 'underWay' | { readonly refused: string };

/** Opens the data of every unfinished execution, one after the other. */
export async function* openExecutions(
	host: Host,
	guard: Guard,
): AsyncGenerator<{ id: string; result: Result }> {
	const store = host.service<Store>(persistenceOf(host) as never);
	for await (const row of unfinished(host)) {
		yield { id: row.id, result: await openStored(guard, store, row) };
	}
}

async function* unfinished(host: Host): AsyncGenerator<Row> {
	const { In, MoreThan } =
		host.package<Record<'In' | 'MoreThan', (value: unknown) => unknown>>('@n8n/typeorm');
	const repository = host.service<{ find(query: object): Promise<Row[]> }>(
		host.classOf(host.package('@n8n/db'), 'ExecutionRepository'),
	);
	for (let after = '0'; ; ) {
		const rows = await repository.find({
			where: { status: In(UNFINISHED), id: MoreThan(after) },
			select: ['id', 'status'],
			order: { id: 'ASC' },
			take: BATCH,
		});
		yield* rows;
		if (rows.length < BATCH) return;
		after = rows.at(-1)!.id;
	}
}

async function openStored(guard: Guard, store: Store, { id, status }: Row): Promise<Result> {
	const execution = await store.findSingleExecution(id, { includeData: true, unflattenData: true });
	const data = execution?.data;
	if (execution === undefined || !isObject(data) || !hasStoredMark(data)) return 'clean';
	// What is under way has its data in memory, and is stored anew when it ends or waits.
	if (status === 'running') return 'underWay';
	await openExecution(guard, execution);
	if (typeof data[REFUSED] === 'string') return { refused: data[REFUSED] };
	// One that has been resumed meanwhile is stored by whoever runs it.
	const isStored = await store.updateExistingExecution(id, { data }, { requireStatus: status });
	return isStored ? 'opened' : 'underWay';
}
