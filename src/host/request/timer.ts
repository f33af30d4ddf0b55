/** Runs a callback after so many milliseconds; returns how to call that off. */
export function startTimer(ms: number, callback: () => void): () => void {
	const timer = setTimeout(callback, ms);
	return () => clearTimeout(timer);
}

/** Resolves after so many milliseconds; rejects as soon as the run is cancelled. */
export async function sleep(ms: number, cancelled?: AbortSignal): Promise<void> {
	if (ms <= 0) return;
	await new Promise<void>((resolve, reject) => {
		const give = () => {
			callOff();
			reject(new Error('The execution was cancelled'));
		};
		const callOff = startTimer(ms, () => {
			cancelled?.removeEventListener('abort', give);
			resolve();
		});
		if (cancelled?.aborted) give();
		else cancelled?.addEventListener('abort', give, { once: true });
	});
}
