import { existsSync } from 'node:fs';
import { WAYS } from './all.ts';
import { freshSecrets, walkAll, type Outcome, type Way } from './walk.ts';

/** Set by the jest project: which host the ways are walked on. */
declare const SEALBOX_HOST: { mode: 'regular' | 'queue'; version?: string };

/** A part of all names: only these ways are walked. */
const wanted = new RegExp(process.env.SEALBOX_WAYS ?? '');
const ways = WAYS.filter(({ name, not }) => wanted.test(name) && not?.mode !== SEALBOX_HOST.mode);

const guard = process.env.SEALBOX_GUARD_FILE ?? 'dist/guard.js';
const hasGuard = existsSync(guard);

const WITHIN_MS = 1_200_000;

let stock: Map<Way, Outcome>;
let guarded: Map<Way, Outcome>;

beforeAll(async () => {
	const secrets = freshSecrets(ways);
	[stock, guarded] = await Promise.all([
		walkAll(ways, SEALBOX_HOST, secrets),
		hasGuard ? walkAll(ways, { ...SEALBOX_HOST, guard }, secrets) : new Map<Way, Outcome>(),
	]);
}, WITHIN_MS);

/** Places and forms, each once, with how often; never a value. */
function summary({ failure, sightings }: Outcome): string[] {
	const places = sightings.map(
		({ where, form }) => `${where.replace(/[0-9A-F]{24}/, 'log')}: ${form}`,
	);
	const counted = [...new Set(places)].map(
		(place) => `${place} × ${places.filter((each) => each === place).length}`,
	);
	return failure === undefined ? counted : [`failed: ${failure}`, ...counted];
}

/** Lines in which two results differ, by number; never what they say, for that may be a secret. */
function difference(one = '', other = ''): string[] {
	const [theirs, ours] = [one, other].map((text) => text.split('\n'));
	return theirs.flatMap((line, index) => {
		if (line === ours[index]) return [];
		const label = /^\s*("\w+":)?/.exec(line)?.[0].trim();
		return [
			`line ${index + 1} ${label} of ${line.length} characters, with the guard ${ours[index]?.length}`,
		];
	});
}

describe.each(ways.map((way): [string, Way] => [way.name, way]))('%s', (_name, way) => {
	test('leaks without the guard', () => {
		const outcome = stock.get(way)!;
		if (process.env.SEALBOX_SHOW) console.log(way.name, summary(outcome), outcome.result);
		expect(outcome.failure).toBeUndefined();
		expect(outcome.sightings.length).toBeGreaterThan(0);
	});

	(hasGuard ? test : test.skip)('leaves nothing behind with the guard', () => {
		expect(summary(guarded.get(way)!)).toEqual([]);
	});

	(hasGuard ? test : test.skip)('comes to the same with the guard', () => {
		expect(difference(stock.get(way)!.result, guarded.get(way)!.result)).toEqual([]);
	});
});
