import type { IExecuteFunctions } from 'n8n-workflow';

/** As much of the host as is needed to look at a credential before its expressions are resolved. */
interface HostParts {
	additionalData?: {
		credentialsHelper?: { getDecrypted(...args: unknown[]): Promise<Record<string, unknown>> };
	};
	mode?: unknown;
	executeData?: unknown;
}

/**
 * Whether a credential may come to other values for other items, because one of its fields is an
 * expression. To open a credential costs the host a millisecond, which counts for thousands of items.
 *
 * @returns true as well when the host does not tell
 */
export async function mayVary(context: IExecuteFunctions, type: string): Promise<boolean> {
	const { additionalData, mode, executeData } = context as unknown as HostParts;
	const chosen = context.getNode().credentials?.[type];
	const helper = additionalData?.credentialsHelper;
	if (helper === undefined || chosen === undefined) return true;
	try {
		const raw = await helper.getDecrypted(additionalData, chosen, type, mode, executeData, true);
		return holdsExpression(raw);
	} catch {
		// Whatever it is, opening the credential in the usual way says it better.
		return true;
	}
}

function holdsExpression(value: unknown): boolean {
	if (typeof value === 'string') return value.startsWith('=');
	return typeof value === 'object' && value !== null && Object.values(value).some(holdsExpression);
}
