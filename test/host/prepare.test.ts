import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Runs the preparation with changes to its environment. */
function prepare(env: Record<string, string>) {
	const { status, stdout, stderr } = spawnSync(process.execPath, ['host/prepare.js'], {
		env: { ...process.env, ...env },
		encoding: 'utf8',
	});
	return { status, stdout, stderr };
}

let folder: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'sealbox-prepare-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** An `npm` that answers nothing but its exit code. */
function fakeNpm(exitCode: number): Record<string, string> {
	writeFileSync(join(folder, 'npm'), `#!/bin/sh\nexit ${exitCode}\n`, { mode: 0o755 });
	return { PATH: [folder, process.env.PATH].join(delimiter) };
}

describe('the preparation', () => {
	test('says what it will fetch, how large it is and how long it takes, before it begins', () => {
		const { stdout } = prepare({ XDG_CACHE_HOME: folder, ...fakeNpm(1) });
		expect(stdout).toMatch(/n8n 2\.41\.1: 2\.2 GB in .*, about 5 minutes/);
	});

	test('says in a sentence that npm cannot reach the network', () => {
		const { status, stderr } = prepare({ XDG_CACHE_HOME: folder, ...fakeNpm(1) });
		expect(status).toBe(1);
		expect(stderr).toMatch(/npm cannot reach its package registry\. Check the network/);
		expect(readdirSync(folder)).toEqual(['npm']);
	});

	test('never takes a half-made installation for a whole one', () => {
		// This npm says that all went well and installs nothing, so that trying n8n out has to fail.
		const { status, stderr } = prepare({ XDG_CACHE_HOME: folder, ...fakeNpm(0) });
		expect(status).toBe(1);
		expect(stderr).toMatch(/"trying n8n 2\.41\.1" failed\. .* Run this again/);
		expect(readdirSync(join(folder, 'n8n-nodes-sealbox'))).toEqual([]);
	});
});
