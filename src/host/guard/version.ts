/** Put in by the build of the hook file. */
declare const SEALBOX_VERSION: string | undefined;

export const GUARD_VERSION = typeof SEALBOX_VERSION === 'string' ? SEALBOX_VERSION : '0.0.0';
