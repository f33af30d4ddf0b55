export {
	callerAddress,
	callerOf,
	plainAddress,
	readAddresses,
	type AddressList,
} from './addresses';
export { catalogue } from './catalogue';
export { certificateAddress } from './certificate';
export type { Verified, VerifyOptions } from './context';
export { answerHandshake, type HandshakeAnswer, type HandshakeOutcome } from './handshake';
export {
	Idempotency,
	type Admission,
	type AnswerSeal,
	type Delivery,
	type Ticket,
} from './idempotency';
export { verifyJwt, type JwtSettings, type JwtVerification } from './jwt';
export type { NamedSecret, SecretInput } from './key';
export { SharedLimit, TokenBuckets, retryAfter, type Rate } from './limit';
export { readScheme } from './readScheme';
export { REASONS, statusOf, type Reason } from './refusal';
export { RemoteKeys, type RemoteKeysSettings } from './remoteKeys';
export { isFirst, replayMs } from './replay';
export type { WebhookRequest } from './request';
export type { WebhookScheme } from './scheme';
export { verifyWebhook, type Verification } from './verify';
