/** Says what is being done and, afterwards, how long it took. */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
	const started = performance.now();
	const seconds = () => ((performance.now() - started) / 1_000).toFixed(1);
	process.stdout.write(`  ${title} ...`);
	try {
		const result = await work();
		process.stdout.write(` ${seconds()} s\n`);
		return result;
	} catch (error) {
		process.stdout.write(` failed after ${seconds()} s\n`);
		throw error;
	}
}
