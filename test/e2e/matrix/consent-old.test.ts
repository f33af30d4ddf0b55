import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startHost, type Host } from '../../../host/host.ts';
import { pack } from '../../../host/pack.ts';
import type { AuthorizationServer } from '../../servers/authorizationServer';
import { connectTo, expectOneRefresher, startServer, TYPE } from '../consent.ts';
import { httpRequest, inLine, messageOf, sealboxRequest } from '../host.ts';

/** A grant that was consented to in n8n's own window, on the oldest n8n that is tested. */

const START_MS = 300_000;
const ROUNDS = 3;
let host: Host;
let server: AuthorizationServer;

beforeAll(async () => {
	const packed = mkdtempSync(join(tmpdir(), 'sealbox-consent-'));
	const { path } = await pack(packed);
	host = await startHost({ mode: 'regular', version: '2.35.0', tarball: path });
	rmSync(packed, { recursive: true });
	server = await startServer(host.url);
}, START_MS);
afterAll(async () => {
	await host?.stop();
	await server?.stop();
}, START_MS);

test(
	'both nodes at once ask for one token in place of one that the API refuses, after a second consent too',
	async () => {
		const id = await connectTo(server, host.client);
		const callers = [httpRequest, sealboxRequest].map((node) =>
			inLine('Consent', node(TYPE, id, { url: `${server.url}/resource` })),
		);
		const useAtOnce = async () => {
			const runs = [...callers, ...callers].map((each) => host.client.runOnce(each));
			expect((await Promise.all(runs)).map(messageOf)).toEqual(['', '', '', '']);
		};
		await expectOneRefresher(id, host.client, { server, rounds: ROUNDS, useAtOnce });
	},
	START_MS,
);
