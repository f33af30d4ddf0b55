/**
 * The hook file of the guard: `EXTERNAL_HOOK_FILES` names it, in every process of n8n. It is built
 * into one self-contained file, `dist/guard.js`.
 */
import { Host } from './host';
import { sealCreatedPins } from './seams/pins';
import { readSettings } from './settings';
import { startGuard, type StartedGuard } from './start';

/** One guard per process, whichever copy of this file comes first. */
const INSTALLED = Symbol.for('sealbox.guard.v1');
type Process = typeof globalThis & { [INSTALLED]?: true };

function start(): StartedGuard {
	const host = new Host(require.main?.filename ?? process.argv[1]);
	return startGuard(host, readSettings(process.env), __filename);
}

const hooksOf = ({ guard, changes, ready, stop, activate }: StartedGuard) => {
	const outdate = (id: unknown) => guard.parts.credentials.outdate(String(id));
	return {
		n8n: { ready: [ready], stop: [stop] },
		workflow: {
			create: [
				async (created: unknown, _context: unknown, actor: unknown) =>
					await sealCreatedPins(guard, created, actor),
			],
			activate: [async (saved: unknown) => activate(saved)],
		},
		credentials: {
			create: [async (credential: unknown) => changes.announce('created', credential)],
			update: [async (credential: unknown) => changes.announce('updated', credential)],
			delete: [
				async (id: unknown) => {
					outdate(id);
					await changes.announceDeletion(String(id));
				},
			],
		},
	};
};

const scope = globalThis as Process;
const isFirst = scope[INSTALLED] === undefined;
scope[INSTALLED] = true;

// The hooks, for the first copy only.
export const { n8n, workflow, credentials } = isFirst
	? hooksOf(start())
	: { n8n: {}, workflow: {}, credentials: {} };
