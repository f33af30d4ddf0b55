import type { FileHeader } from '../../../sealing/sealedFile';
import type { Guard } from '../guard';
import type { Host } from '../host';
import type { Run } from '../runs';
import { savedRun } from '../seams/lifecycle';
import { workflowIdOf } from '../seams/records';

/** Where n8n puts a file: with an execution, or with something else that has files. */
export type FileLocation =
	| { type: 'execution'; workflowId: string; executionId?: string }
	| { type: 'custom' };

/** What a stored file belongs to, as the host has recorded it. */
export interface FilePlace {
	/** Empty for what belongs to no workflow. */
	readonly workflowId: string;
	readonly executionId?: string;
}

const OF_EXECUTION = /^workflows\/([^/]+)\/executions\/([^/]+)\/binary_data\//;
/** Stands for an execution that has no id yet. */
const NONE_YET = 'temp';

interface Source {
	readonly sourceType?: string;
	readonly sourceId?: string;
}

/** The host's records of what files belong to. */
export class FilePlaces {
	constructor(
		private readonly host: Host,
		private readonly guard: Guard,
	) {}

	/** The run that is storing a file, with what it can carry learned; undefined for other files. */
	async runAt(location: FileLocation): Promise<Run | undefined> {
		if (location.type !== 'execution') return undefined;
		const workflowId = String(location.workflowId);
		const executionId = executionOf(location.executionId);
		const known = this.guard.runs.get(executionId);
		const run = known ?? (await this.#unknownRun(workflowId, executionId));
		await this.guard.learn(run);
		return run;
	}

	/** What a stored file belongs to. Where the host has no record of it, the header of the file says so. */
	async of(fileId: string, header: FileHeader): Promise<FilePlace> {
		const path = OF_EXECUTION.exec(fileId);
		if (path !== null) return { workflowId: path[1], executionId: executionOf(path[2]) };
		if (fileId.includes('/')) return { workflowId: '' };
		const { sourceType, sourceId } = await this.#source(fileId);
		if (sourceType !== 'execution') return { workflowId: '' };
		const executionId = executionOf(sourceId);
		const recorded = executionId && (await workflowIdOf(this.host, executionId));
		const active = this.guard.runs.get(executionId)?.workflowId;
		return { workflowId: recorded ?? active ?? header.workflow, executionId };
	}

	async #unknownRun(workflowId: string, executionId: string | undefined): Promise<Run> {
		if (executionId === undefined) return await savedRun(this.guard, workflowId);
		const run = await this.guard.runOf(executionId, { id: workflowId });
		const credentials = await this.guard.parts.workflows.credentialsOf(workflowId);
		await this.guard.join(run, workflowId, credentials);
		this.guard.runs.end(executionId);
		return run;
	}

	async #source(fileId: string): Promise<Source> {
		const repository = this.host.service<{ findOne(query: object): Promise<Source | null> }>(
			this.host.classOf(this.host.package('@n8n/db'), 'BinaryDataRepository'),
		);
		const select = ['fileId', 'sourceType', 'sourceId'];
		return (await repository.findOne({ where: { fileId }, select })) ?? {};
	}
}

const executionOf = (id: string | undefined): string | undefined =>
	id === undefined || id === '' || id === NONE_YET ? undefined : id;
