/**
 * How often a property is tried: a quarter of the times where somebody waits, all of them in `npm test`. Each
 * run draws anew, so that the quarters add up.
 */
export const runs = (times: number): { numRuns: number } => ({
	numRuns: process.env.SEALBOX_THOROUGH === '1' ? times : Math.ceil(times / 4),
});
