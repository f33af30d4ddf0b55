import { z } from '../../vendor/zod';
import { hostFields, pasteWarnings, requiredSecret, secret, serviceUrl, text } from '../fields';
import { isLoopback, whole } from '../network';
import { isExpression } from '../pasted';
import { REGION } from './endpoint';

const ACCESS_KEY_ID = /^[A-Z0-9]{16,128}$/;

const shape = z.looseObject({
	region: z
		.string('Region is missing. Fill it in.')
		.refine(
			(region) => isExpression(region) || /^[a-z0-9-]+$/.test(region.trim()),
			'Region must be the code of a region, for instance eu-central-1.',
		),
	accessKeyId: z.string('Access Key ID is missing. Fill it in.').superRefine((id, context) => {
		const message = isExpression(id) ? null : accessKeyIdProblem(id.trim());
		if (message !== null) context.addIssue({ code: 'custom', message });
	}),
	secretAccessKey: requiredSecret(
		'Secret Access Key',
		'AWS shows it once, when the key is created; create another one if it is lost.',
		'token',
		(value) =>
			/^(AKIA|ASIA)[A-Z0-9]{12,}$/.test(value.trim())
				? 'Secret Access Key holds an access key ID. Paste the secret that was shown with it.'
				: null,
	),
	sessionToken: secret('Session Token').optional(),
	service: text().refine(
		(name) => !name || isExpression(name) || /^[a-z0-9-]+$/.test(name.trim()),
		'Service must be the name that a service signs with, for instance s3 or execute-api.',
	),
	endpoint: serviceUrl('Custom Endpoint'),
	stsEndpoint: serviceUrl('STS Endpoint'),
	assumeRole: z.boolean('Assume Role is on or off.').optional(),
	roleArn: text(),
	externalId: text(),
	roleSessionName: text(),
	roleDuration: z.union([z.number(), z.string()], 'Expected a number.').optional(),
	...hostFields,
});

/** Who may assume a role, and where: what is wrong with that needs more than one field to see. */
export const schema = shape.superRefine((fields, context) => {
	if (fields.assumeRole !== true) return;
	for (const [field, message] of roleProblems(fields)) {
		context.addIssue({ code: 'custom', path: [field], message });
	}
});

const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;

function roleProblems(fields: AwsFields): [field: string, message: string][] {
	const { roleArn = '', stsEndpoint = '' } = fields;
	const problems = Object.entries(ROLE_FIELDS).flatMap(([field, schema]): [string, string][] => {
		const checked = schema.safeParse(fields[field] || undefined);
		return checked.success ? [] : [[field, checked.error.issues[0]?.message as string]];
	});
	const arn = roleArn.trim();
	// Servers that stand in for AWS have names of their own for roles.
	const isArn = (stsEndpoint === '' ? ROLE_ARN : /^arn:\S+$/).test(arn);
	if (arn === '') {
		problems.push(['roleArn', 'Role ARN is empty. Fill it in, or turn Assume Role off.']);
	} else if (!isArn && !isExpression(arn)) {
		problems.push([
			'roleArn',
			'Role ARN must be the name of a role, for instance arn:aws:iam::123456789012:role/reader.',
		]);
	}
	if (/^http:/i.test(stsEndpoint) && !isLoopback(hostOf(stsEndpoint))) {
		problems.push([
			'stsEndpoint',
			'STS Endpoint hands out keys, so that it has to begin with https://.',
		]);
	}
	return problems;
}

/** Fields that count only while a role is assumed, and may be left empty then. STS API reference. */
const ROLE_FIELDS = {
	externalId: text().refine(
		(id = '') => isExpression(id) || /^([\w+=,.@:/-]{2,1224})?$/.test(id.trim()),
		'External ID must consist of 2 to 1224 letters, digits and any of _ + = , . @ : / -',
	),
	roleSessionName: text().refine(
		(name = '') => isExpression(name) || /^([\w+=,.@-]{2,64})?$/.test(name.trim()),
		'Session Name must consist of 2 to 64 letters, digits and any of _ + = , . @ -',
	),
	roleDuration: whole(
		'Session Duration is a number of seconds from 900 to 43200, which is 12 hours.',
		900,
		43_200,
	).optional(),
};

const hostOf = (url: string): string =>
	URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : '';

function roleWarnings({ assumeRole, roleDuration, sessionToken }: AwsFields): string[] {
	if (assumeRole !== true || !sessionToken || Number(roleDuration) <= 3_600) return [];
	return [
		'The keys are temporary ones, whose roles last an hour at most. Set Session Duration to 3600 or less.',
	];
}

function accessKeyIdProblem(id: string): string | null {
	if (id === '') return 'Access Key ID is empty. Paste the one that belongs to the secret.';
	if (/^[\w.-]+$/.test(id)) return null;
	return 'Access Key ID must consist of letters and digits. Paste it again.';
}

export type AwsFields = z.infer<typeof shape>;

export function awsWarnings(fields: AwsFields): string[] {
	const { accessKeyId, secretAccessKey, sessionToken, region, endpoint } = fields;
	const warnings = [
		...pasteWarnings('Secret Access Key', secretAccessKey),
		...pasteWarnings('Session Token', sessionToken),
		...roleWarnings(fields),
	];
	if (endpoint || isExpression(accessKeyId)) return warnings;
	if (accessKeyId.startsWith('ASIA') && !sessionToken) {
		warnings.push('Access Key ID is a temporary one (ASIA): it needs its Session Token too.');
	}
	if (accessKeyId.startsWith('AKIA') && sessionToken) {
		warnings.push(
			'Access Key ID is a permanent one (AKIA): it has no Session Token. Remove the token.',
		);
	}
	if (!ACCESS_KEY_ID.test(accessKeyId.trim())) {
		warnings.push('Access Key ID does not look like one of AWS: 16 or more capitals and digits.');
	}
	if (!isExpression(region) && !REGION.test(region.trim())) {
		warnings.push('Region does not look like one of AWS, for instance eu-central-1.');
	}
	return warnings;
}
