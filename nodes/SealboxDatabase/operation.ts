import type { IExecuteFunctions } from 'n8n-workflow';
import type { Access } from '../../src/database/lend';
import type { Result, WorkRules } from '../../src/database/work';
import type { Files } from './output';
import type { Parameters } from '../parameters';

/** What an operation is told: the run, and the items that share a credential. */
export interface Task {
	readonly context: IExecuteFunctions;
	readonly parameters: Parameters;
	readonly access: Access;
	readonly rules: WorkRules;
	readonly items: readonly number[];
	readonly files: Files;
}

/** Gives rows and failures of all its items; rejects only when nothing could be done at all. */
export type Operation = (task: Task) => Promise<Result>;
