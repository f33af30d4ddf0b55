import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTrail, type Trail, type TrailSettings } from '../../src/audit/trail';

export const KEY = new Uint8Array(32).fill(7);
export const OTHER_KEY = new Uint8Array(32).fill(8);
const NEW_YEAR = Date.UTC(2026, 0, 1);

/** A folder of its own for each test, and a clock that goes on by a second with each look at it. */
export class AuditFolder {
	readonly path = join(mkdtempSync(join(tmpdir(), 'sealbox-audit-')), 'audit');
	readonly sentences: string[] = [];
	now = NEW_YEAR;

	open(settings: Partial<TrailSettings> = {}): Trail {
		return openTrail({
			folder: this.path,
			key: KEY,
			clock: () => (this.now += 1000),
			process: 'main',
			report: (sentence) => this.sentences.push(sentence),
			...settings,
		});
	}

	/** A chain of these types, opened and closed. */
	async record(types: readonly string[], settings: Partial<TrailSettings> = {}): Promise<void> {
		const trail = this.open(settings);
		for (const type of types) trail.append({ type });
		await trail.close();
	}

	get files(): string[] {
		return readdirSync(this.path).sort();
	}

	text(file = 'main.000001.jsonl'): string {
		return readFileSync(join(this.path, file), 'utf8');
	}

	write(text: string, file = 'main.000001.jsonl'): void {
		writeFileSync(join(this.path, file), text);
	}

	/** Lets `change` have the lines of a file. */
	edit(change: (lines: string[]) => string[], file = 'main.000001.jsonl'): void {
		const lines = this.text(file).split('\n').slice(0, -1);
		this.write(
			change(lines)
				.map((line) => `${line}\n`)
				.join(''),
			file,
		);
	}

	remove(): void {
		rmSync(join(this.path, '..'), { recursive: true, force: true });
	}
}
