/**
 * The hook file of the guard: `EXTERNAL_HOOK_FILES` names it, in every process of n8n. It is built
 * into one self-contained file, `dist/guard.js`.
 */
import type { Guard } from './guard';
import { Host } from './host';
import { installGuard, type SeamStatus } from './install';
import { sealPins } from './seams/editor';
import { readSettings } from './settings';

/** One guard per process, whichever copy of this file comes first. */
const INSTALLED = Symbol.for('sealbox.guard.v1');
type Process = typeof globalThis & { [INSTALLED]?: Guard };

function start(): Guard {
	const settings = readSettings(process.env);
	const host = new Host(require.main?.filename ?? process.argv[1]);
	const { guard, seams } = installGuard(host, settings, () => undefined);
	const missing = seams.filter((status) => status.missing !== undefined);
	say(host, seams, missing);
	if (missing.length > 0 && settings.isRequired) throw new Error(required(missing));
	return guard;
}

function say(host: Host, seams: SeamStatus[], missing: SeamStatus[]): void {
	const inForce = seams.length - missing.length;
	const lines = missing.map(
		({ seam, missing: why }) =>
			`Sealbox guard: "${seam.name}" is not in force (${why}). ${seam.without}`,
	);
	lines.unshift(`Sealbox guard is on: ${inForce} of ${seams.length} seams of n8n ${host.version}.`);
	process.stdout.write(`${lines.join('\n')}\n`);
}

const required = (missing: SeamStatus[]): string =>
	`The Sealbox guard is required (SEALBOX_GUARD=required) and cannot protect everything: ${missing
		.map(({ seam }) => seam.without)
		.join(
			' ',
		)} Update the guard to a version that knows this n8n, or allow it with SEALBOX_GUARD=on.`;

const scope = globalThis as Process;
const isFirst = scope[INSTALLED] === undefined;
const guard = (scope[INSTALLED] ??= start());

const pins = (saved: unknown): Promise<void> => sealPins(guard, saved);
const outdate = async (id: unknown): Promise<void> => guard.parts.credentials.outdate(String(id));

// The hooks, for the first copy only.
export const workflow = isFirst ? { create: [pins], update: [pins] } : {};
export const credentials = isFirst ? { delete: [outdate] } : {};
