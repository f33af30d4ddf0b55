import { verifyTrail, type ChainReport } from '../../audit/verify';
import { auditKeyFrom, encryptionKeyOrNull } from '../../host/installation';
import { ready } from '../../sealing/sodium';
import { auditFolderOf } from '../auditFolder';
import { EXIT, Refusal, type Command, type Terminal } from '../command';

export const auditVerify: Command = {
	name: 'audit verify',
	usage: '[FOLDER] [--without-key]',
	summary: 'Check that nobody altered, removed or reordered events of the audit trail.',
	details: [
		'',
		'FOLDER is that of the audit trail; without it, the one in the folder of this n8n.',
		"The key is made of n8n's encryption key: N8N_ENCRYPTION_KEY, N8N_ENCRYPTION_KEY_FILE, or the",
		'settings file in the folder of n8n (N8N_USER_FOLDER, or your home folder).',
		'',
		'  --without-key  check the order of events only, where the encryption key must not be',
	],
	options: { 'without-key': { type: 'boolean' } },
	positionals: [0, 1],
	async run(call, terminal) {
		const folder = auditFolderOf(call, terminal);
		const key = call.values['without-key'] ? undefined : await keyFor(terminal);
		const reports = await verifyTrail(folder, key);
		if (reports.length === 0) throw new Refusal(`There is no audit trail in ${folder}.`);
		for (const report of reports) tell(report, terminal);
		const spoilt = reports.filter(({ finding }) => finding).length;
		terminal.out(conclusion(reports, spoilt, key !== undefined));
		return spoilt > 0 ? EXIT.failure : EXIT.ok;
	},
};

async function keyFor({ env }: Terminal): Promise<Uint8Array> {
	const encryptionKey = encryptionKeyOrNull(env);
	if (encryptionKey === null) {
		throw new Refusal(
			"n8n's encryption key is needed and was not found. Run this as the user that runs n8n, or set " +
				'N8N_ENCRYPTION_KEY. With --without-key only the order of events is checked.',
		);
	}
	await ready;
	return auditKeyFrom(encryptionKey);
}

function tell(
	{ process, events, until, isClosed, cuts, pruned, finding }: ChainReport,
	{ out }: Terminal,
) {
	const end = isClosed ? 'closed' : 'not closed: the process runs, or ended without saying so';
	const extent = until === undefined ? 'no events' : `${counted(events, 'event')} until ${until}`;
	out(finding ? `${process}: NOT SOUND after ${extent}` : `${process}: ${extent}, ${end}`);
	if (pruned > 0) out(`  the first ${counted(pruned, 'event')} removed by the limit of files`);
	for (const { bytes, healedAt } of cuts) {
		const noted = healedAt === undefined ? 'at the end' : `noted at ${healedAt}`;
		out(`  ${counted(bytes, 'byte')} of an event that a crash cut off, ${noted}`);
	}
	if (finding === undefined) return;
	const place = finding.file === undefined ? '' : `${finding.file}, line ${finding.line}: `;
	out(`  ${place}${finding.sentence}`);
}

function conclusion(reports: readonly ChainReport[], spoilt: number, hasKey: boolean): string {
	const chains = counted(reports.length, 'chain');
	if (spoilt > 0) return `The audit trail is not sound: ${spoilt} of ${chains}.`;
	if (hasKey) return `The audit trail is sound: ${chains}.`;
	return `The order of events is sound: ${chains}. Without the key, altered events are not noticed.`;
}

const counted = (count: number, what: string): string =>
	`${count} ${what}${count === 1 ? '' : 's'}`;
