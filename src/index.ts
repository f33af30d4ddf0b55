export { describeKinds, validateCredential, type KindDescription, type Validation } from './kinds';
export { SealboxError, isSealboxError, type SealboxErrorCode } from './sealing/error';
export { createScrubber, type Hit, type Scrubber, type ScrubberOptions } from './sealing/scrub';
export { Secret } from './sealing/secret';
