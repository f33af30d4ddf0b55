export { describeKinds, validateCredential, type KindDescription, type Validation } from './kinds';
export { SealboxError, isSealboxError, type SealboxErrorCode } from './sealing/error';
export { Secret } from './sealing/secret';
