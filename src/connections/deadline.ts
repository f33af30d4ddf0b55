import { Failed, type FailureReason } from './failure';

/**
 * Runs `work` and gives up after `ms` milliseconds.
 *
 * At the deadline the signal aborts, which destroys the sockets opened with it, so nothing that a
 * driver still waits for stays behind.
 *
 * @param reason - asked at the deadline: what it means depends on how far the work came
 * @throws {@link Failed} with that reason
 */
export async function withDeadline<T>(
	ms: number,
	reason: () => FailureReason,
	work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
	const controller = new AbortController();
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_resolve, reject) => {
		timer = setTimeout(() => {
			reject(new Failed(reason()));
			controller.abort();
		}, ms);
	});
	try {
		return await Promise.race([work(controller.signal), late]);
	} finally {
		clearTimeout(timer);
	}
}
