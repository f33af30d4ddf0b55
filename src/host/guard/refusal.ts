import type { FoundToken } from '../../sealing/sealedToken';
import { ownerOf } from './tokens';

/** Why a token is not opened. */
export type Reason = 'foreign' | 'deleted' | 'unreferenced';

/** Data that must not be run or answered with; the message is for whoever started it. */
export class OpeningRefused extends Error {
	readonly code = 'ERR_OPEN_FAILED';

	constructor(
		readonly token: FoundToken,
		readonly reason: Reason,
	) {
		super(sentence(token, reason));
		this.name = 'OpeningRefused';
	}
}

function sentence(token: FoundToken, reason: Reason): string {
	const id = ownerOf(token);
	const what =
		id === undefined
			? 'Sealed text'
			: `The sealed field "${token.field}" of the credential with the id ${id}`;
	return `${what} cannot be opened: ${WHY[reason]} Nothing was sent on.`;
}

const WHY: Readonly<Record<Reason, string>> = {
	foreign:
		'it was sealed for another workflow or another n8n, or was changed since. Run the node that made it again, or remove it from the pinned data.',
	deleted:
		'the credential no longer exists. Run the workflow from its start with a credential that does.',
	unreferenced:
		'no node of the workflow uses that credential any more. Select it in its node again, or run the workflow from its start.',
};
