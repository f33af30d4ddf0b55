import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isSealboxError } from '../sealing/error';
import { EXIT, Refusal, type Command, type ExitCode, type Terminal } from './command';
import { COMMANDS } from './commands';
import { showCommand, showCommands } from './help';

/** Does what the command line says. Never throws: what goes wrong becomes a sentence and an exit code. */
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
	try {
		return await dispatch(args, terminal);
	} catch (error) {
		const { sentence, exitCode } = told(error);
		terminal.err(`sealbox: ${sentence}`);
		return exitCode;
	}
}

async function dispatch(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
	const [first] = args;
	if (first === '--version') {
		terminal.out(versionIn(terminal.packageFolder));
		return EXIT.ok;
	}
	const wantsHelp = first === 'help' || args.includes('--help');
	const words = (first === 'help' ? args.slice(1) : args).filter((word) => word !== '--help');
	const command = COMMANDS.find(({ name }) => startsWith(words, name.split(' ')));
	if (command === undefined && words.length > 0) throw unknown(words);
	if (command === undefined) {
		showCommands(COMMANDS, terminal);
		return wantsHelp ? EXIT.ok : EXIT.usage;
	}
	if (!wantsHelp) return await command.run(parse(command, words), terminal);
	showCommand(command, terminal);
	return EXIT.ok;
}

const startsWith = (words: readonly string[], name: readonly string[]): boolean =>
	name.every((word, index) => words[index] === word);

function parse(command: Command, words: readonly string[]) {
	const args = words.slice(command.name.split(' ').length);
	const call = parsedOrSentence(command, args);
	if (typeof call === 'string') throw misused(command, call);
	const [least, most] = command.positionals;
	const { length } = call.positionals;
	if (length < least) throw misused(command, 'Something is missing.');
	if (length > most) throw misused(command, `${call.positionals[most]} is one word too many.`);
	return call;
}

/** The sentence is Node's own: it names the option that it does not know. */
function parsedOrSentence({ options = {} }: Command, args: readonly string[]) {
	try {
		return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
	} catch (error) {
		return `${(error as Error).message.split('. ')[0]}.`;
	}
}

const misused = ({ name, usage }: Command, sentence: string): Refusal =>
	new Refusal(`${sentence} Usage: sealbox ${name} ${usage}`.trimEnd(), EXIT.usage);

function unknown(words: readonly string[]): Refusal {
	const group = COMMANDS.filter(({ name }) => name.startsWith(`${words[0]} `));
	const known = (group.length > 0 ? group : COMMANDS).map(({ name }) => `sealbox ${name}`);
	return new Refusal(
		`There is no command "${words.slice(0, 2).join(' ')}". There is: ${known.join(', ')}. See: sealbox help`,
		EXIT.usage,
	);
}

/** The system's errors give their code alone: their messages quote what they were given. */
function told(error: unknown): { sentence: string; exitCode: ExitCode } {
	if (error instanceof Refusal) return { sentence: error.message, exitCode: error.exitCode };
	if (isSealboxError(error)) return { sentence: error.message, exitCode: EXIT.failure };
	const { code, name = 'error' } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
	return { sentence: `It stopped at an unexpected ${code ?? name}.`, exitCode: EXIT.failure };
}

const versionIn = (folder: string): string =>
	(
		JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
			version: string;
		}
	).version;
