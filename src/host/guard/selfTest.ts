import { randomBytes } from 'node:crypto';
import { tokensIn } from '../../sealing/sealedToken';
import type { Guard } from './guard';
import { NOBODY } from './tokens';

/**
 * Plants a secret in the data of a small run, in several places and encodings, and seals it as a run
 * is sealed.
 *
 * @returns null when nothing of the secret is left and its tokens open; else a sentence that says what
 *   is wrong
 */
export async function selfTest(guard: Guard): Promise<string | null> {
	try {
		return await attempt(guard);
	} catch (error) {
		return `Sealing a planted secret failed (${(error as Error).name}).`;
	}
}

async function attempt(guard: Guard): Promise<string | null> {
	const planted = randomBytes(18).toString('base64url');
	const run = await guard.runOf(undefined, { id: 'sealbox-self-test' });
	// A guard that is leaving seals nothing, and says so elsewhere.
	if (guard.isLeaving) return null;
	run.family.extras.push({ credential: NOBODY, field: 'planted', value: planted });
	const sealed = guard.sealRunData(run, runWith(planted));
	const text = JSON.stringify(sealed);
	const encoded = Buffer.from(planted).toString('base64');
	if (text.includes(planted) || text.includes(encoded)) {
		return 'A planted secret was not sealed everywhere.';
	}
	if (!guard.isReversible) return null;
	const tokens = await guard.parts.tokens;
	const opened = tokensIn(text).map((token) => tokens.openOrNull(token, run.workflowId));
	const isOpened = opened.length > 0 && opened.every((each) => each !== null);
	const holds = opened.some((each) => each?.content[1] === planted);
	return isOpened && holds ? null : 'A planted secret was sealed and cannot be opened again.';
}

const runWith = (planted: string) => ({
	resultData: {
		runData: {
			Planted: [
				{
					startTime: 0,
					data: { main: [[{ json: { echo: `Bearer ${planted}` } }]] },
					error: { message: `refused ${Buffer.from(planted).toString('base64')}` },
				},
			],
		},
	},
	executionData: { contextData: { 'node:Planted': { response: planted } } },
});
