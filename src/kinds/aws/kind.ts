import type { Kind } from '../kind';
import { AWS_DOMAINS } from './endpoint';
import { awsWarnings, schema, type AwsFields } from './fields';
import { forgetKeys } from './keys';
import { presign } from './presign';
import { authenticate } from './sign';

/** AWS Signature Version 4 for any service: keys, a session token, a role, a region. */
export const aws: Kind<AwsFields> = {
	name: 'aws',
	credentialType: 'sealboxAwsApi',
	displayName: 'Sealbox AWS',
	auth: 'aws-sigv4',
	schema,
	secretFields: ['secretAccessKey', 'sessionToken'],
	warnings: awsWarnings,
	reach: ({ endpoint, stsEndpoint }) => ({
		origins: [endpoint, stsEndpoint].filter((url) => url !== undefined && url !== '') as string[],
		domains: AWS_DOMAINS,
	}),
	authenticate,
	presign,
	forget: forgetKeys,
};
