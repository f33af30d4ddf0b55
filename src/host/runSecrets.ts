/**
 * What the guard, where it is on, knows about the secrets of runs. The guard is a file of its own and
 * the package may be loaded more than once, so the process keeps it and not this module.
 */
export interface RunSecrets {
	/**
	 * A copy of text or JSON without the secrets that the run can carry; the same reference when it holds
	 * none. `null` when they cannot be searched for, or the run is not known.
	 */
	hide<T>(executionId: string, value: T): T | null;
	/** Whether bytes hold one of them, in whatever encoding; true also where that cannot be told. */
	isIn(executionId: string, bytes: Buffer): boolean;
}

const PORT = Symbol.for('sealbox.runSecrets.v1');
type Process = typeof globalThis & { [PORT]?: RunSecrets };

export function provideRunSecrets(secrets: RunSecrets): void {
	(globalThis as Process)[PORT] = secrets;
}

/** `undefined` without a guard: then nobody knows the secrets of nodes that are not Sealbox's. */
export const runSecretsOrUndefined = (): RunSecrets | undefined => (globalThis as Process)[PORT];
