import { randomUUID } from 'node:crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import { isSealboxError, type SealboxErrorCode } from '../sealing/error';

/** Refusals that mean: somebody tried what this credential may not be used for. */
const DENIALS: ReadonlySet<SealboxErrorCode> = new Set([
	'ERR_DESTINATION_REFUSED',
	'ERR_REDIRECT_REFUSED',
	'ERR_REVEAL_REFUSED',
	'ERR_TOKEN_REVOKED',
]);

/** A workflow that is refused for each of a thousand items says so once in this time. */
const QUIET_MS = 10 * 60_000;

/** The node where it happened. */
export type Where = Pick<IExecuteFunctions, 'getNode' | 'getWorkflow'>;

/**
 * Tells of a denial, if the error is one. Never throws and never waits: the caller goes on with the error.
 *
 * @param type - the host's name of the credential's type
 * @param where - the node; absent where the host does not say which one it is
 */
export function noteDenial(error: unknown, type: string, where?: Where): void {
	const isDenial = type !== '' && isSealboxError(error) && DENIALS.has(error.code);
	if (!isDenial) return;
	void announce(error.code, type, where).catch(() => {
		// The host does not say where it was; the error itself goes its way.
	});
}

async function announce(code: string, type: string, where?: Where): Promise<void> {
	const { hostEvents } = await import('./events');
	const { kindOfType } = await import('../kinds');
	const kind = kindOfType(type)?.name ?? type;
	const node = where?.getNode();
	const { id: credential = '', name } = node?.credentials?.[type] ?? {};
	const place = node && { workflow: where?.getWorkflow().id ?? '', node: node.name };
	const now = Date.now();
	hostEvents().announce({
		subject: `denied/${place?.workflow ?? ''}/${node?.id ?? ''}/${credential ?? ''}/${kind}/${code}`,
		mark: String(now),
		isSame: (earlier) => now - Number(earlier) < QUIET_MS,
		event: {
			id: randomUUID(),
			type: 'credential.denied',
			body: JSON.stringify({ credential, name, kind, ...place, reason: code }),
		},
	});
}
