import { bounded } from '../../audit/event';
import type { Line } from '../../audit/line';
import { readTrail } from '../../audit/read';
import { auditFolderOf } from '../auditFolder';
import { EXIT, Refusal, type Call, type Command } from '../command';

const DEFAULT_LIMIT = 100;
const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export const auditShow: Command = {
	name: 'audit show',
	usage:
		'[FOLDER] [--since TIME] [--type TYPE] [--credential ID] [--workflow ID] [--limit N] [--json]',
	summary: 'Show events of the audit trail, the newest last.',
	details: [
		'',
		'FOLDER is that of the audit trail; without it, the one in the folder of this n8n.',
		'',
		'  --since TIME     a date or time (2026-01-31, 2026-01-31T12:00Z), or how long ago (30m, 24h, 7d)',
		'  --type TYPE      a type (credential.used), or the first part of types (credential)',
		'  --credential ID  the id of a credential',
		'  --workflow ID    the id of a workflow',
		`  --limit N        how many of the newest; ${DEFAULT_LIMIT} unless it is given`,
		'  --json           one JSON object a line',
	],
	options: {
		since: { type: 'string' },
		type: { type: 'string' },
		credential: { type: 'string' },
		workflow: { type: 'string' },
		limit: { type: 'string' },
		json: { type: 'boolean' },
	},
	positionals: [0, 1],
	async run(call, terminal) {
		const folder = auditFolderOf(call, terminal);
		const { json } = call.values;
		for (const line of await readTrail(folder, filterOf(call, terminal.now()))) {
			terminal.out(json ? JSON.stringify(line) : sentenceOf(line));
		}
		return EXIT.ok;
	},
};

function filterOf({ values }: Call, now: number) {
	const { since, type, credential, workflow, limit } = values as Record<string, string | undefined>;
	return {
		...{ type, credential, workflow },
		since: since === undefined ? undefined : timeOf(since, now),
		limit: limit === undefined ? DEFAULT_LIMIT : countOf(limit),
	};
}

function timeOf(text: string, now: number): number {
	const [, amount, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
	const time = unit
		? now - Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS]
		: Date.parse(text);
	if (!Number.isNaN(time)) return time;
	throw new Refusal('--since has to be a date, a time, or how long ago: 30m, 24h, 7d.', EXIT.usage);
}

function countOf(text: string): number {
	if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
	throw new Refusal('--limit has to be a whole number from 1 on.', EXIT.usage);
}

/** Files may hold what nobody of ours wrote, so every part is made fit for a terminal. */
function sentenceOf({ time, process, type, actor, subject = {}, count }: Line): string {
	const ids = Object.entries(subject).map(([name, id]) => `${name}=${id}`);
	const by = actor === undefined ? [] : [`by=${actor}`];
	const times = count === undefined ? [] : [`count=${count}`];
	return [time, process, type, ...by, ...ids, ...times].map(bounded).join('  ');
}
