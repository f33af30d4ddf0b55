import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Home } from './terminal';

let home: Home;
let folder: string;
const install = (path: string) => home.sealbox('guard', 'install', path);

beforeEach(() => {
	home = new Home();
	home.write('package/dist/guard.js', 'the guard');
	folder = join(home.path, 'hooks');
	mkdirSync(folder);
});
afterEach(() => home.remove());

test('copies the guard to a file and prints the setting', async () => {
	const target = join(folder, 'guard.js');
	const { exitCode, out, err } = await install(target);
	expect([exitCode, err]).toEqual([0, '']);
	expect(out.split('\n').at(-1)).toBe(`EXTERNAL_HOOK_FILES=${target}`);
	expect(readFileSync(target, 'utf8')).toBe('the guard');
	expect(readdirSync(folder)).toEqual(['guard.js']);
});

test('copies it into a folder, and over an earlier one', async () => {
	home.write('hooks/sealbox-guard.js', 'an earlier guard');
	await install(folder);
	expect(readFileSync(join(folder, 'sealbox-guard.js'), 'utf8')).toBe('the guard');
	expect(readdirSync(folder)).toEqual(['sealbox-guard.js']);
});

test('keeps the hook files that are set, and names the guard once', async () => {
	const target = join(folder, 'guard.js');
	home.env.EXTERNAL_HOOK_FILES = `/other.js:${target}`;
	expect((await install(target)).out).toContain(`EXTERNAL_HOOK_FILES=/other.js:${target}`);
	home.env.EXTERNAL_HOOK_FILES_SEPARATOR = ';';
	home.env.EXTERNAL_HOOK_FILES = '/other.js';
	expect((await install(target)).out).toContain(`EXTERNAL_HOOK_FILES=/other.js;${target}`);
});

test('refuses a folder that does not exist', async () => {
	const { exitCode, out, err } = await install(join(folder, 'missing', 'guard.js'));
	expect([exitCode, out]).toEqual([1, '']);
	expect(err).toBe(
		`sealbox: There is no folder ${join(folder, 'missing')}. Make it first, as the user that runs n8n.`,
	);
});

test('refuses what cannot be written, and leaves no draft', async () => {
	mkdirSync(join(folder, 'sealbox-guard.js'));
	const { exitCode, err } = await install(folder);
	expect([exitCode, err]).toEqual([1, expect.stringMatching(/cannot be written \(EISDIR\)\.$/)]);
	expect(readdirSync(folder)).toEqual(['sealbox-guard.js']);
});

test.each(['.n8n/nodes', 'elsewhere/node_modules/n8n-nodes-sealbox'])(
	'warns of %s, which goes when Sealbox is uninstalled',
	async (place) => {
		mkdirSync(join(home.path, place), { recursive: true });
		const { exitCode, err } = await install(join(home.path, place));
		expect(exitCode).toBe(0);
		expect(err).toMatch(
			/n8n does not start without it\. A folder outside n8n's nodes is better\.$/,
		);
	},
);

test('warns of a path that n8n would take apart', async () => {
	mkdirSync(join(home.path, 'a:b'));
	expect((await install(join(home.path, 'a:b'))).err).toContain('EXTERNAL_HOOK_FILES_SEPARATOR');
});

test('says when the package has no guard', async () => {
	rmSync(join(home.packageFolder, 'dist', 'guard.js'));
	expect(await install(folder)).toMatchObject({
		exitCode: 1,
		err: 'sealbox: This build of Sealbox has no guard.',
	});
});
