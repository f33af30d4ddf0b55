import type { Command, Terminal } from './command';

export function showCommands(commands: readonly Command[], { out }: Terminal): void {
	out('sealbox: the command line of Sealbox for n8n, for whoever runs n8n.');
	out('');
	for (const { name, summary } of commands) {
		out(`  sealbox ${name}`);
		out(`      ${summary}`);
	}
	out('');
	out('sealbox help COMMAND and sealbox COMMAND --help say more about one; sealbox --version.');
	out('Exit codes: 0 all is well, 1 something was found or failed, 2 the command line is wrong.');
}

export function showCommand(
	{ name, usage, summary, details = [] }: Command,
	{ out }: Terminal,
): void {
	out(`sealbox ${name} ${usage}`.trimEnd());
	out('');
	for (const line of [summary, ...details]) out(line);
}
