import { bareGuard } from '../../host/guard/bareGuard';
import { selfTest } from '../../host/guard/selfTest';
import { tokensFor } from '../../host/guard/tokenKeys';
import { encryptionKeyOrNull, type Environment } from '../../host/installation';
import { fine, problem, type Finding } from './finding';

/** Whether the guard of this package finds, seals and opens a planted secret, with the key of this n8n. */
export async function* examineSealing(env: Environment): AsyncGenerator<Finding> {
	const key = encryptionKeyOrNull(env);
	if (key === null) return;
	const failure = await selfTest(bareGuard(await tokensFor(key, 'doctor')));
	yield failure === null
		? fine('The guard of this package finds, seals and opens a planted secret.')
		: problem(`The guard of this package fails: ${failure}`, 'Install the package again.');
}
