export {
	applyCredential,
	assertDestination,
	authenticate,
	destinationOf,
	type Destination,
} from './apply';
export { describeKinds, validateCredential } from './describe';
export type { KindDescription, Validation } from './describe';
export type { Applied, Clock, Fields, Kind, Needle, OutgoingRequest } from './kind';
export { secretsOf } from './kind';
export { probe, type Answer, type Finding, type Send, type Verdict } from './probe';
export { kindOfType } from './registry';
