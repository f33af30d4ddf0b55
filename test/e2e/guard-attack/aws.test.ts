/* Keys that AWS hands out, and URLs that are signed with keys: no store of n8n ever had them. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Canary } from '../../../host/canary.ts';
import { pack } from '../../../host/pack.ts';
import { startAws, type Aws } from '../../servers/aws/server.ts';
import { credentialsOf, node, type Stored } from '../guard/nodes.ts';
import { openScene, type Scene } from './host.ts';

const TYPE = 'sealboxAwsApi';
const USER = 'AKIAQYLPMN5HHHFPZAM2';
const ROLE = { arn: 'arn:aws:iam::123456789012:role/reader', trusts: USER };
const secretAccessKey = `a/b+${randomBytes(27).toString('base64')}`;

let scene: Scene;
let aws: Aws;

beforeAll(async () => {
	const folder = mkdtempSync(join(tmpdir(), 'sealbox-pack-'));
	const { path } = await pack(folder);
	aws = await startAws({ users: { [USER]: { secretAccessKey } }, roles: [ROLE] });
	scene = await openScene({ tarball: path });
	rmSync(folder, { recursive: true });
}, 180_000);
afterAll(async () => {
	await scene?.close();
	await aws?.close();
});

const keysFor = async (name: string, service: string, more: object = {}): Promise<Stored> =>
	await scene.stage(name).credential(TYPE, {
		region: 'eu-central-1',
		accessKeyId: USER,
		secretAccessKey,
		service,
		endpoint: aws.url,
		stsEndpoint: aws.url,
		...more,
	});

test('keys of a role that a service repeats are sealed, and the run goes on with them', async () => {
	const key = await keysFor('role', 'execute-api', { assumeRole: true, roleArn: ROLE.arn });
	const call = node(
		'Call',
		'httpRequest',
		4.2,
		{
			url: `${aws.url}/orders`,
			authentication: 'predefinedCredentialType',
			nodeCredentialType: TYPE,
		},
		{ credentials: credentialsOf(key) },
	);
	const result = (await scene.stage('role').runBoth(call)) as { reply: { body: string } };
	const [{ sessionToken = '', secretAccessKey: temporary }] = aws.issued;
	// The caller of the webhook is answered with what the service said.
	expect(result.reply.body).toContain(sessionToken);
	const canaries: Canary[] = [
		{ name: 'secret access key', value: secretAccessKey },
		{ name: 'secret of the role', value: temporary },
		{ name: 'token of the role', value: sessionToken },
	];
	expect(await scene.host.sightings(canaries)).toEqual([]);
});

test('a signed URL is sealed wherever n8n keeps it, and works for the next node', async () => {
	const key = await keysFor('url', 's3');
	const sign = node(
		'Sign',
		'n8n-nodes-sealbox.sealboxRequest',
		1,
		{
			url: `${aws.url}/bucket/note.txt`,
			method: 'PUT',
			authentication: 'sealboxCredential',
			sealboxCredentialType: TYPE,
			options: { presign: { presign: { expires: 60, reveal: true } } },
		},
		{ credentials: credentialsOf(key) },
	);
	const use = node('Use', 'httpRequest', 4.2, { method: 'PUT', url: '={{ $json.url }}' });
	await scene.stage('url').runBoth(sign, use);
	const uses = aws.handled.filter(({ arrival }) => arrival.target.includes('X-Amz-Signature'));
	expect(uses.map(({ verdict }) => verdict.isGood)).toEqual([true, true]);
	const signatures = uses.map(({ arrival }, index) => ({
		name: `signature ${index}`,
		value: /X-Amz-Signature=(\w{16})/.exec(arrival.target)?.[1] ?? '',
	}));
	expect(await scene.host.sightings(signatures)).toEqual([]);
});
