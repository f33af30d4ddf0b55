export { SealboxError, isSealboxError, type SealboxErrorCode } from './sealing/error';
export { Secret } from './sealing/secret';
