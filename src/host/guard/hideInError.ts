import type { Guard } from './guard';
import type { Needle } from './needles';

/** Parts of an error that n8n shows or logs. */
const PARTS = [
	'message',
	'stack',
	'description',
	'messages',
	'context',
	'cause',
	'errorResponse',
	'hint',
];

/** Takes secrets out of an error that is shown and never read back; it stays the same one, for whoever asks for its class. */
export function hideInError(guard: Guard, needles: Needle[], error: unknown): unknown {
	if (!(error instanceof Error)) return guard.hide(needles, error);
	const parts = error as unknown as Record<string, unknown>;
	for (const part of PARTS) {
		const value = parts[part];
		if (value === undefined) continue;
		const hidden = guard.hide(needles, typeof value === 'object' ? guard.asStored(value) : value);
		if (hidden !== value) Object.defineProperty(parts, part, { value: hidden, configurable: true });
	}
	return error;
}
