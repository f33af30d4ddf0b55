export {
	applyCredential,
	assertDestination,
	authenticate,
	canPresign,
	destinationOf,
	forgetObtained,
	presignRequest,
	type Destination,
} from './apply';
export { describeKinds, validateCredential } from './describe';
export type { KindDescription, Validation } from './describe';
export type {
	Applied,
	BodyDigest,
	Clock,
	Fields,
	Kind,
	Needle,
	OutgoingRequest,
	Presigned,
} from './kind';
export { secretsOf } from './kind';
export type { Answer, Send } from './ask';
export { probe, type Finding, type Verdict } from './probe';
export { kindOfType } from './registry';
