import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SECRET = 'qL7-vT2_zN9xWk4RmB';
const esbuild = join(__dirname, '../../../../node_modules/.bin/esbuild');
const folder = mkdtempSync(join(tmpdir(), 'sealbox-logs-'));
const program = join(folder, 'program.cjs');

beforeAll(() => {
	const source = join(__dirname, 'program.ts');
	const flags = ['--bundle', '--platform=node', '--log-level=error'];
	execFileSync(esbuild, [source, ...flags, `--outfile=${program}`]);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What the program printed and how it ended, with its output in pipes or in a file. */
function run(way: string, to: 'pipes' | 'file'): { output: string; status: number | null } {
	const file = join(folder, 'output');
	const descriptor = openSync(file, 'w');
	const stdio = to === 'file' ? descriptor : 'pipe';
	const { stdout, stderr, status } = spawnSync(process.execPath, [program, way, SECRET], {
		stdio: ['ignore', stdio, stdio],
		encoding: 'utf8',
		maxBuffer: 1 << 24,
	});
	closeSync(descriptor);
	return { output: to === 'file' ? readFileSync(file, 'utf8') : stdout + stderr, status };
}

describe.each(['pipes', 'file'] as const)('a program that prints into %s', (to) => {
	test.each([
		['console', /^a \[sealed\] \{ secret: '\[sealed\]' \}/, 0],
		['error', /Error: \[sealed\]\n +at /, 0],
		['warning', /Warning: \[sealed\]/, 0],
		['raw', /^\[sealed\]\n$/, 0],
		['halves', /^\[sealed\]$/, 0],
		['exit', /^bye \[sealed\]$/, 3],
		['exit with half', /^\[sealed\]$/, 3],
		['throw', /^Error: failed with \[sealed\]\n +at [^]*\nNode\.js v/, 1],
		['reject', /^Error: failed with \[sealed\]\n +at [^]*\nNode\.js v/, 1],
		['throw text', /^Uncaught '\[sealed\]'\n/, 1],
		['throw with a listener', /^heard \[sealed\]\n$/, 0],
		['much', /^(?:a line of some length, again and again\n){20000}the end \[sealed\]$/, 0],
	])('prints no secret by way of %s, and ends as it would', (way, expected, status) => {
		const result = run(way, to);
		expect(result.output.includes(SECRET.slice(4, -4))).toBe(false);
		expect(result.output).toMatch(expected);
		expect(result.status).toBe(status);
	});
});
