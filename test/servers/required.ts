/**
 * `describe` for tests that need a service. When the machine lacks it, they are skipped with one
 * printed line, or fail if SEALBOX_REQUIRE_SERVICES=1.
 */
export function describeWith(service: string, isThere: boolean): jest.Describe {
	if (isThere) return describe;
	if (process.env.SEALBOX_REQUIRE_SERVICES === '1') {
		return ((name: string) =>
			describe(name, () =>
				test(`${service} is on this machine`, () => {
					throw new Error(`${service} is missing, and SEALBOX_REQUIRE_SERVICES=1 asks for it`);
				}),
			)) as unknown as jest.Describe;
	}
	process.stdout.write(`Skipped: ${service} is not on this machine\n`);
	return describe.skip;
}
