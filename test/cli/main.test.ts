import { COMMANDS } from '../../src/cli/commands';
import { Home } from './terminal';

const home = new Home();
afterAll(() => home.remove());

test('help lists every command', async () => {
	const { exitCode, out } = await home.sealbox('help');
	expect(exitCode).toBe(0);
	for (const { name } of COMMANDS) expect(out).toMatch(new RegExp(`sealbox ${name}.*`));
	for (const { summary } of COMMANDS) expect(out).toContain(summary);
});

test('no command at all shows the list, as a mistake', async () => {
	const shown = await home.sealbox('help');
	expect(await home.sealbox()).toEqual({ ...shown, exitCode: 2 });
});

test.each(COMMANDS.map(({ name }) => name))(
	'%s explains itself in two ways and does nothing',
	async (name) => {
		const words = name.split(' ');
		const shown = await home.sealbox('help', ...words);
		expect(shown).toMatchObject({ exitCode: 0, err: '' });
		expect(shown.out).toMatch(new RegExp(`^sealbox ${name}[ \\n]`));
		expect(await home.sealbox(...words, '--help')).toEqual(shown);
	},
);

test('--version prints the version of the package', async () => {
	expect(await home.sealbox('--version')).toEqual({ exitCode: 0, out: '1.2.3', err: '' });
});

test.each([
	[['audit'], /no command "audit".*sealbox audit verify, sealbox audit show\./],
	[['audit', 'burn'], /no command "audit burn"/],
	[['burn'], /no command "burn".*sealbox guard install/],
	[['audit', 'verify', '--burn'], /'--burn'.* Usage: sealbox audit verify /],
	[['audit', 'verify', 'a', 'b'], /b is one word too many/],
	[['guard', 'install'], /Something is missing\. Usage: sealbox guard install PATH/],
	[['audit', 'show', '--since', 'yore', '.'], /--since has to be/],
	[['audit', 'show', '--limit', '0', '.'], /--limit has to be/],
])('%j is a wrong command line, and says what is right', async (args, sentence) => {
	const { exitCode, out, err } = await home.sealbox(...args);
	expect([exitCode, out]).toEqual([2, '']);
	expect(err).toMatch(sentence);
	expect(err.split('\n').length).toBe(1);
});

test('what nobody expects is told by its code, without a stack', async () => {
	const file = home.write('file', '');
	const { exitCode, err } = await home.sealbox('audit', 'show', file);
	expect([exitCode, err]).toEqual([1, 'sealbox: It stopped at an unexpected ENOTDIR.']);
});
