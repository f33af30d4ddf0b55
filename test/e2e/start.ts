import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '../../host/client.ts';
import { createUserFolder, startInstance } from '../../host/instance.ts';
import { pack } from '../../host/pack.ts';
import { createCanary } from '../../host/canary.ts';
import { startOAuth2 } from '../../host/services/oauth2.ts';
import { shared, type Host } from './host.ts';

/**
 * Starts the one n8n that all end-to-end tests use, with the packed tarball installed.
 * What they need to find it travels in the environment.
 */
export default async function start(): Promise<void> {
	const packed = mkdtempSync(join(tmpdir(), 'sealbox-pack-'));
	const tarball = await pack(packed);
	const folder = await createUserFolder(tarball.path);
	rmSync(packed, { recursive: true });
	const instance = await startInstance(folder);
	const client = new Client(instance.url);
	await client.setUpOwner();
	const oauth2 = await startOAuth2({
		redirectUri: `${instance.url}/rest/oauth2-credential/callback`,
		clientSecret: createCanary('client secret', 'plain').value,
	});
	const { url, clientId, clientSecret } = oauth2;
	const host: Host = {
		url: instance.url,
		folder,
		session: client.session,
		oauth2: { url, clientId, clientSecret },
	};
	process.env.SEALBOX_E2E = JSON.stringify(host);
	shared.stop = async () => {
		await oauth2.close();
		await instance.stop();
		instance.remove();
	};
}
