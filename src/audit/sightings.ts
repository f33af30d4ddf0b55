import type { Line } from './line';
import { readChains, readLines } from './read';

/** What one process saw of another's chain, and the event by which it said so. */
interface Sighting {
	readonly seq: number;
	readonly hash: string;
	readonly by: Line;
}

/** What the processes saw of each other. A chain that was cut off lacks what others saw of it. */
export class Sightings {
	readonly #byProcess = new Map<string, Sighting[]>();

	add(by: Line): void {
		for (const { process, seq, hash } of by.heads ?? []) {
			const seen = this.#byProcess.get(process) ?? [];
			seen.push({ seq, hash, by });
			this.#byProcess.set(process, seen);
		}
	}

	get processes(): string[] {
		return [...this.#byProcess.keys()];
	}

	/**
	 * The earliest event of a process that was seen and is not in the folder; reads the chain again.
	 * @param pruned - sequence number of the last event that was removed on purpose
	 */
	async firstMissing(
		folder: string,
		process: string,
		pruned: number,
	): Promise<Sighting | undefined> {
		const seen = (this.#byProcess.get(process) ?? []).filter(({ seq }) => seq > pruned);
		const wanted = new Set(seen.map(({ hash }) => hash));
		// Listed again: the processes may have gone on since.
		for await (const { line } of readLines((await readChains(folder)).get(process) ?? [])) {
			if (line) wanted.delete(line.hash);
		}
		return seen.filter(({ hash }) => wanted.has(hash)).sort((a, b) => a.seq - b.seq)[0];
	}
}
