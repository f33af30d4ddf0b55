import { bounded } from '../../audit/event';
import { n8nFolder } from '../../host/installation';
import { EXIT, type Command, type Terminal } from '../command';
import { examineTrail } from '../doctor/auditTrail';
import { examineKey } from '../doctor/encryptionKey';
import type { Finding } from '../doctor/finding';
import { examineProcesses } from '../doctor/processes';
import { examineRootKey } from '../doctor/rootKey';
import { examineSealing } from '../doctor/sealing';

export const doctor: Command = {
	name: 'doctor',
	usage: '',
	summary: 'Examine the guard of this n8n: what is in force, and whether it works.',
	details: [
		'',
		'Looks at the processes that run on the folder of this n8n (N8N_USER_FOLDER, or your home folder),',
		'the encryption key, the audit trail, and whether a planted secret is found and sealed.',
	],
	positionals: [0, 0],
	async run(_call, terminal) {
		terminal.out(`n8n's folder: ${n8nFolder(terminal.env)}`);
		let problems = 0;
		for await (const finding of examineAll(terminal)) {
			tell(finding, terminal);
			if (finding.isProblem) problems++;
		}
		terminal.out(problems === 0 ? 'All is well.' : `To be seen to: ${problems}.`);
		return problems === 0 ? EXIT.ok : EXIT.failure;
	},
};

async function* examineAll(terminal: Terminal): AsyncGenerator<Finding> {
	yield* examineProcesses(terminal);
	yield* examineKey(terminal.env);
	yield* examineRootKey(terminal.env);
	yield* examineSealing(terminal.env);
	yield* examineTrail(terminal.env);
}

/** Status files may hold what nobody of ours wrote, so every line is made fit for a terminal. */
function tell({ isProblem, sentence, details = [] }: Finding, { out }: Terminal): void {
	out(`${isProblem ? '!!' : 'ok'}  ${bounded(sentence)}`);
	for (const detail of details) out(`    ${bounded(detail)}`);
}
