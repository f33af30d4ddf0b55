/**
 * Which service and region an AWS host name stands for. A signature names both, and some services sign
 * under another name than their host has.
 */

/** Where AWS answers. Keys of AWS may go there and, unless the credential says so, nowhere else. */
export const AWS_DOMAINS = [
	'*.amazonaws.com',
	'*.amazonaws.com.cn',
	'*.amazonaws.eu',
	'*.api.aws',
	'*.on.aws',
] as const;

export interface Endpoint {
	readonly service: string;
	/** `null` when the host does not say; the credential's region counts then. */
	readonly region: string | null;
}

const SUFFIX = /\.(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|api\.aws|on\.aws)$/;

/** A partition of two to four letters, words, a number: us-east-1, us-gov-west-1, eusc-de-east-1. */
export const REGION = /^[a-z]{2,4}(?:-[a-z]+)+-\d+$/;

/** Reads an AWS host name; `null` for hosts of others, whose names say nothing. */
export function endpointOf(hostname: string): Endpoint | null {
	if (!SUFFIX.test(hostname)) return null;
	const labels = hostname
		.replace(SUFFIX, '')
		.split('.')
		.filter((label) => label !== 'dualstack' && label !== 'vpce');
	const at = labels.findLastIndex((label) => REGION.test(label));
	const endpoint = at === -1 ? withoutRegion(labels) : withRegion(labels, at);
	return { ...endpoint, service: signingName(endpoint.service, labels) };
}

/** `bucket.s3.eu-west-1` has the service before the region, `search.eu-west-1.es` after it. */
function withRegion(labels: readonly string[], at: number): Endpoint {
	const region = labels[at] as string;
	const after = labels[at + 1];
	if (after === undefined) return { service: labels[at - 1] ?? region, region };
	// A bucket may be called like a region; S3 never had its name after one.
	const s3 = s3Region(after);
	return s3 === undefined ? { service: after, region } : { service: 's3', region: s3 };
}

/** `sts`, `bucket.s3`, `bucket.s3-eu-west-1`: old and worldwide endpoints. */
function withoutRegion(labels: readonly string[]): Endpoint {
	const last = labels.at(-1) ?? '';
	const s3 = s3Region(last);
	if (s3 !== undefined) return { service: 's3', region: s3 };
	if (last === 'us-gov') return { service: labels[0] ?? last, region: 'us-gov-west-1' };
	return { service: labels[0] ?? last, region: 'us-east-1' };
}

/** What the S3 label of an old endpoint says about the region; `undefined` for other labels. */
function s3Region(label: string): string | null | undefined {
	if (/^s3(-accelerate|-external-1)?$/.test(label)) return null;
	const region = /^s3-(.+)$/.exec(label)?.[1];
	return region !== undefined && REGION.test(region) ? region : undefined;
}

/** Hosts whose service signs under another name, without their `-fips` endings. */
const SIGNING_NAMES: Readonly<Record<string, string>> = {
	email: 'ses',
	queue: 'sqs',
	'lambda-url': 'lambda',
	neptune: 'neptune-db',
	marketplace: 'aws-marketplace',
	'bedrock-runtime': 'bedrock',
	'bedrock-agent': 'bedrock',
	'bedrock-agent-runtime': 'bedrock',
	'bedrock-data-automation': 'bedrock',
	'bedrock-data-automation-runtime': 'bedrock',
	pinpoint: 'mobiletargeting',
	transcribestreaming: 'transcribe',
	appstream2: 'appstream',
	'git-codecommit': 'codecommit',
};

function signingName(service: string, labels: readonly string[]): string {
	const base = service.replace(/-fips$/, '');
	if (/^s3(-accesspoint|-control|-accelerate|-external-1|-[a-z]{2,4}(-[a-z]+)+-\d+)?$/.test(base)) {
		return 's3';
	}
	if (base === 'iot' && labels.some((label) => /^data(-|$)|-ats$/.test(label))) return 'iotdata';
	return SIGNING_NAMES[base] ?? base;
}
