const { appendFileSync } = require('node:fs');

/** Appends the totals of a jest run to the file named by `SEALBOX_TOTALS`, one JSON line a run. */
module.exports = class Totals {
	onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites }) {
		const failed = numFailedTests + numRuntimeErrorTestSuites;
		const line = JSON.stringify({ passed: numPassedTests, failed });
		appendFileSync(process.env.SEALBOX_TOTALS, `${line}\n`);
	}
};
