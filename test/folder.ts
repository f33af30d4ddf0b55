import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Tests that run parts of n8n in their own process must not write into the n8n of whoever runs them. */
export default function useOwnFolder(): void {
	const folder = mkdtempSync(join(tmpdir(), 'sealbox-tests-'));
	process.env.N8N_USER_FOLDER = folder;
	process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
}
