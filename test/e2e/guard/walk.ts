import type { Canary, Sighting } from '../../../host/canary.ts';
import { startHost, type Host, type HostOptions } from '../../../host/host.ts';
import { startHostile } from './service.ts';
import { Stage } from './stage.ts';

/** One way by which a secret reaches storage, editor, queue or log. */
export interface Way {
	name: string;
	/** Walks it; what it returns must be the same with and without the guard. */
	walk(stage: Stage): Promise<unknown>;
	/** Modes in which there is no such way, with the reason. */
	not?: { mode: Host['mode']; because: string };
}

/** What came of a way on one host. */
export interface Outcome {
	result?: string;
	failure?: string;
	/** Every place where a secret of this way was found. */
	sightings: Sighting[];
}

/** The secrets of each way, for all hosts. */
export type Secrets = Map<Way, Map<string, Canary>>;

export const freshSecrets = (ways: readonly Way[]): Secrets =>
	new Map(ways.map((way) => [way, new Map<string, Canary>()]));

/** So many at a time: more only wait for each other. */
const AT_ONCE = 8;

/** Variables of every host: what Code nodes print is to reach the log, and waits are looked at soon. */
const ENV = { CODE_ENABLE_STDOUT: 'true', N8N_LOG_OUTPUT: 'console,file' };

/**
 * Starts a host, walks all ways on it, kills it and starts it again for what comes after a crash, and
 * looks everywhere for the secrets.
 */
export async function walkAll(
	ways: readonly Way[],
	options: HostOptions,
	secrets: Secrets,
): Promise<Map<Way, Outcome>> {
	const [host, service] = await Promise.all([
		startHost({ ...options, env: { ...ENV, ...options.env } }),
		startHostile(),
	]);
	try {
		const canaries = () => [...secrets.values()].flatMap((each) => [...each.values()]);
		const stages = ways.map((way) => new Stage(host, service, keyOf(way), secrets.get(way)!));
		const results = await inTurns(ways.map((way, index) => () => way.walk(stages[index])));
		const before = await inTurns(stages.map((stage) => () => stage.prepareForCrash()));
		const found = host.fileSightings(canaries());
		await host.restart('kill');
		const after = await inTurns(stages.map((stage) => () => stage.goOnAfterCrash()));
		found.push(...(await host.sightings(canaries())));
		return new Map(
			ways.map((way, index) => {
				const steps = [results, before, after].map((each) => each[index]);
				return [way, outcomeOf(steps, stages[index], found)];
			}),
		);
	} finally {
		await service.close();
		await host.stop();
	}
}

function outcomeOf(
	steps: PromiseSettledResult<unknown>[],
	stage: Stage,
	found: Sighting[],
): Outcome {
	const failed = steps.find((step) => step.status === 'rejected');
	const values = steps.map((step) => 'value' in step && step.value);
	return {
		...(failed === undefined
			? { result: stage.comparable(values) }
			: { failure: String(failed.reason) }),
		sightings: found.filter(({ canary }) => canary.startsWith(`${stage.key}: `)),
	};
}

const keyOf = ({ name }: Way) => name.replace(/\W+/g, '-');

async function inTurns<T>(acts: (() => Promise<T>)[]): Promise<PromiseSettledResult<T>[]> {
	const results: PromiseSettledResult<T>[] = [];
	let next = 0;
	const work = async () => {
		while (next < acts.length) {
			const index = next++;
			[results[index]] = await Promise.allSettled([acts[index]()]);
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, work));
	return results;
}
