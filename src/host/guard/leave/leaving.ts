import type { Guard } from '../guard';
import type { Host } from '../host';
import * as say from '../report';
import { openExecutions, type Result } from './executions';
import { isLeaveRequested } from './request';
import { openWorkflows } from './workflows';

/** How far the guard is with leaving. */
export interface LeaveProgress {
	/** Executions and workflows that were opened, since it began. */
	readonly opened: number;
	/** Runs under way whose stored data is sealed still. */
	readonly underWay: number;
	/** What cannot be opened, and why, in sentences. */
	readonly refused: readonly string[];
	/** Nothing that n8n will go on with is sealed any more, but for what is refused. */
	readonly isDone: boolean;
}

export interface LeaveSettings {
	/** Where the request of an operator stands. */
	readonly folder: string;
	/** The settings of n8n say that the guard is to leave. */
	readonly isSet: boolean;
	/** Only one process opens what is stored; the others stop sealing. */
	readonly opens: boolean;
	readonly tell: (sentence: string) => void;
	/** Told of each change; undefined when the guard stays. */
	readonly note: (progress: LeaveProgress | undefined) => void;
	readonly record: (type: string) => void;
}

const LOOK_MS = 2_000;
const AGAIN_MS = 5_000;

/**
 * Makes the guard leave, and stay again, when an operator asks for it: it stops sealing what is stored,
 * and opens what n8n will go on with, until nothing of that is sealed any more.
 */
export class Leaving {
	#opened = 0;
	#isReady = false;
	#isPassing = false;
	#wasDone = false;

	constructor(
		private readonly host: Host,
		private readonly guard: Guard,
		private readonly settings: LeaveSettings,
	) {
		this.#look();
		setInterval(() => this.#look(), LOOK_MS).unref();
	}

	/** n8n is ready: its database may be worked on. */
	begin(): void {
		this.#isReady = true;
		if (this.guard.isLeaving) void this.#passAndAgain();
	}

	#look(): void {
		const { folder, isSet, tell, note, record } = this.settings;
		const isLeaving = isSet || isLeaveRequested(folder);
		if (isLeaving === this.guard.isLeaving) return;
		this.guard.isLeaving = isLeaving;
		this.#wasDone = false;
		record(isLeaving ? 'guard.leaving' : 'guard.staying');
		tell(isLeaving ? say.leaving : say.staying);
		if (!isLeaving) return note(undefined);
		note({ opened: this.#opened, underWay: 0, refused: [], isDone: !this.settings.opens });
		if (this.#isReady) void this.#passAndAgain();
	}

	/** Runs under way store their data when they end, and other processes may have been sealing. */
	async #passAndAgain(): Promise<void> {
		if (!this.settings.opens || this.#isPassing) return;
		this.#isPassing = true;
		while (this.guard.isLeaving) {
			await this.#pass().catch((error: Error) => this.settings.tell(say.leavingFailed(error.name)));
			await new Promise((resolve) => setTimeout(resolve, AGAIN_MS).unref());
		}
		this.#isPassing = false;
	}

	async #pass(): Promise<void> {
		const refused: string[] = [];
		let underWay = 0;
		const take = (what: string, result: Result) => {
			if (result === 'opened') this.#opened++;
			if (result === 'underWay') underWay++;
			if (typeof result === 'object') refused.push(say.staysSealed(what, result.refused));
		};
		for await (const { id, result } of openExecutions(this.host, this.guard)) {
			take(`Execution ${id}`, result);
		}
		for await (const { id, result } of openWorkflows(this.host, this.guard)) {
			take(`Data of workflow ${id}`, result);
		}
		this.#tellProgress({ opened: this.#opened, underWay, refused, isDone: underWay === 0 });
	}

	#tellProgress(progress: LeaveProgress): void {
		if (!this.guard.isLeaving) return;
		this.settings.note(progress);
		if (progress.isDone && !this.#wasDone) {
			for (const sentence of [...progress.refused, say.hasLeft(progress.opened)]) {
				this.settings.tell(sentence);
			}
		}
		this.#wasDone = progress.isDone;
	}
}
