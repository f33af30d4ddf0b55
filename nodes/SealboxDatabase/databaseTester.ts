import type { ICredentialDataDecryptedObject, SSHTunnelFunctions } from 'n8n-workflow';

/** Loads the drivers' room on first use and gives it the host's SSH connections. */
export async function databaseTester({ getSSHClient }: Pick<SSHTunnelFunctions, 'getSSHClient'>) {
	const { testDatabase } = await import('../../src/connections/database');
	const { databaseSummary: summary } = await import('../../src/connections/summary');
	const test = async (credential: ICredentialDataDecryptedObject) =>
		await testDatabase(credential, async (login) => await getSSHClient(login));
	return { test, summary };
}
