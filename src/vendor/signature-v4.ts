/** Smithy's signer: AWS Signature Version 4. */
export { SignatureV4 } from '@smithy/signature-v4';
