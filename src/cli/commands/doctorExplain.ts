import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { bounded } from '../../audit/event';
import { readTrail } from '../../audit/read';
import { guardFolderIn, readStatuses } from '../../host/guard/status';
import { tokensFor } from '../../host/guard/tokenKeys';
import { ownerOf, type Tokens } from '../../host/guard/tokens';
import {
	auditFolderIn,
	encryptionKeyOrNull,
	n8nFolder,
	type Environment,
} from '../../host/installation';
import { tokensIn, type FoundToken } from '../../sealing/sealedToken';
import { EXIT, Refusal, type Command, type Terminal } from '../command';
import { databaseIdsOrNull } from '../n8nDatabase';

export const doctorExplain: Command = {
	name: 'doctor explain',
	usage: 'TOKEN [--workflow ID]...',
	summary: 'Say what a sealed token stands for: credential, field and workflow, never the value.',
	details: [
		'',
		'A token is bound to the workflow in whose data it stands. Which one that is, is found by trying',
		"those of n8n's database and audit trail; where these are not in reach, name it:",
		'',
		'  --workflow ID  the id of a workflow to try; may be given more than once',
	],
	options: { workflow: { type: 'string', multiple: true } },
	positionals: [1, 1],
	async run({ positionals: [text], values }, terminal) {
		const [token] = tokensIn(text);
		if (token === undefined) {
			throw new Refusal(
				'That is no sealed token. One begins with "sealed.v1." and ends with a dot; copy all of it.',
				EXIT.usage,
			);
		}
		terminal.out(`Credential: ${bounded(ownerOf(token) ?? 'none, the text belongs to nobody')}`);
		terminal.out(`Field: ${token.field}`);
		const named = (values.workflow as string[] | undefined) ?? [];
		return await judge(token, named, terminal);
	},
};

/** Says whether a token is genuine, and what it is bound to. */
async function judge(token: FoundToken, named: string[], terminal: Terminal) {
	const { env, out } = terminal;
	const ids = await candidates(token, named, env);
	for (const tokens of await tokensOf(ids.instances, env)) {
		for (const workflow of ids.workflows) {
			const opened = tokens.openOrNull(token, workflow);
			if (opened === null) continue;
			out(`Workflow: ${bounded(workflow)}`);
			if (opened.via !== workflow) {
				out(`The credential is used by its parent or sub-workflow ${bounded(opened.via)}.`);
			}
			out('It is genuine: sealed by this n8n for that workflow, and not altered.');
			return EXIT.ok;
		}
	}
	out('Workflow: unknown');
	out(
		`It is genuine for none of the ${ids.workflows.length} workflows tried. It was sealed for another workflow or by another n8n, or is altered or forged.`,
	);
	return EXIT.failure;
}

async function candidates(token: FoundToken, named: string[], env: Environment) {
	const database = await databaseIdsOrNull(env);
	const recorded = named.length > 0 ? [] : await workflowsOnRecord(ownerOf(token), env);
	const stored = named.length > 0 ? [] : (database?.workflows ?? []);
	const statuses = readStatuses(guardFolderIn(n8nFolder(env)));
	return {
		workflows: [...new Set([...named, ...recorded, ...stored])],
		instances: [...statuses.map(({ instanceId }) => instanceId), ...(database?.instances ?? [])],
	};
}

/** Those that used the credential lately, as the audit trail says. */
async function workflowsOnRecord(
	credential: string | undefined,
	env: Environment,
): Promise<string[]> {
	const folder = auditFolderIn(n8nFolder(env));
	if (credential === undefined || !existsSync(folder)) return [];
	const lines = await readTrail(folder, { type: 'credential.used', credential, limit: 10_000 });
	return lines.flatMap(({ subject }) => subject?.workflow ?? []);
}

/** One for each name that this n8n may have. */
async function tokensOf(instances: readonly string[], env: Environment): Promise<Tokens[]> {
	const key = encryptionKeyOrNull(env);
	if (key === null) {
		throw new Refusal(
			"n8n's encryption key is needed and was not found. Run this as the user that runs n8n, or set N8N_ENCRYPTION_KEY.",
		);
	}
	const names = [env.N8N_INSTANCE_ID, ...instances, derivedInstanceId(key)];
	const known = new Set(names.filter((name) => name !== undefined && name !== ''));
	return await Promise.all([...known].map((name) => tokensFor(key, name as string)));
}

/** What n8n calls itself unless it is told otherwise. */
const derivedInstanceId = (key: string): string =>
	createHash('sha256')
		.update(key.slice(Math.round(key.length / 2)))
		.digest('hex');
