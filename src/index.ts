import { openFernet as openFernetAt, type FernetOptions } from './sealing/fernet';

export { describeKinds, validateCredential, type KindDescription, type Validation } from './kinds';
export { SealboxError, isSealboxError, type SealboxErrorCode } from './sealing/error';
export { createScrubber, type Hit, type Scrubber, type ScrubberOptions } from './sealing/scrub';
export type { FernetOptions } from './sealing/fernet';
export {
	destroyKey,
	disableKey,
	enableKey,
	generateKeyset,
	rotateKeyset,
	type KeyDescription,
	type Keyset,
} from './sealing/keyset';
export { exportKeyset, importKeyset, type Wrapping } from './sealing/keysetText';
export { mask, type MaskOptions } from './sealing/mask';
export { redact } from './sealing/redact';
export { open, reseal, seal } from './sealing/seal';
export { Secret } from './sealing/secret';
export { ready } from './sealing/sodium';
export {
	catalogue as webhookSchemes,
	readScheme as readWebhookScheme,
	verifyWebhook,
	type Verification,
	type VerifyOptions,
	type WebhookRequest,
	type WebhookScheme,
} from './webhooks';

/** Opens a Fernet token by the clock of this machine, unless `options.now` gives another. */
export const openFernet = (token: string, key: string, options?: FernetOptions): Uint8Array =>
	openFernetAt(token, key, { now: Date.now, ...options });
