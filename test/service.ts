/**
 * Describes tests that need something a machine may lack. Without it they are skipped with one
 * printed line, or fail where `SEALBOX_REQUIRE_SERVICES=1` says that nothing may be missing.
 */
export function describeWith(service: string, isThere: boolean, tests: () => void): void {
	if (isThere) return describe(`with ${service}`, tests);
	if (process.env.SEALBOX_REQUIRE_SERVICES === '1') {
		return test(`${service} is there`, () => {
			throw new Error(`${service} is missing on this machine, and every service is required.`);
		});
	}
	process.stdout.write(`Skipped: ${service} is missing on this machine.\n`);
	describe.skip(`with ${service}`, tests);
}
