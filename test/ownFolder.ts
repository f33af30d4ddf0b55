import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/*
 * Tests that run parts of n8n in their own process do so beside no n8n: none that this machine may have
 * is found, or written to, and no test finds what another one left.
 */
const folder = mkdtempSync(join(tmpdir(), 'sealbox-tests-'));
process.env.N8N_USER_FOLDER = folder;
delete process.env.N8N_ENCRYPTION_KEY;
afterAll(() => rmSync(folder, { recursive: true, force: true }));
