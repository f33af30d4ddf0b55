import { openTrail, type Trail } from '../audit/trail';
import { ready } from '../sealing/sodium';
import { roleOf } from './guard/instance';
import { auditFolderIn, auditKeyFrom, encryptionKeyOrNull, n8nFolder } from './installation';

const OPENED = Symbol.for('sealbox.trail.v1');
type Process = typeof globalThis & { [OPENED]?: Promise<Trail | null> };

/**
 * Where triggers and tokens of this process put on record what happens, beside the guard's own chain.
 * `null` where the trail cannot be kept; the guard, which writes there as well, has said why.
 */
export const processTrail = (): Promise<Trail | null> =>
	((globalThis as Process)[OPENED] ??= openedTrail());

async function openedTrail(): Promise<Trail | null> {
	try {
		await ready;
		const encryptionKey = encryptionKeyOrNull(process.env);
		if (encryptionKey === null) return null;
		return openTrail({
			folder: auditFolderIn(n8nFolder(process.env)),
			key: auditKeyFrom(encryptionKey),
			clock: Date.now,
			process: `triggers-${roleOf(process.argv)}`,
			closesAtExit: true,
		});
	} catch {
		return null;
	}
}
