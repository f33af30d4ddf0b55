import { Client, type Execution, type Session } from '../../../host/client.ts';
import { startHost, type Host, type HostOptions } from '../../../host/host.ts';
import { openEditor, type Editor } from '../../../host/observe/push.ts';
import { startService, type Received, type Service } from '../../../host/services/service.ts';
import { echo } from '../../../host/services/routes.ts';
import { Stage } from '../guard/stage.ts';

/** A guarded host, and a service that repeats what it is sent and remembers it. */
export interface Scene {
	readonly host: Host;
	readonly service: Service;
	readonly stage: (name: string) => Stage;
	close(): Promise<void>;
}

export async function openScene(options: Partial<HostOptions> = {}): Promise<Scene> {
	let failures = 1;
	let failsNext = false;
	let answer = '';
	const service = await startService({
		'/echo': echo,
		'/sent': echo,
		'/told': echo,
		'/filled': echo,
		'/fail-next': () => ((failsNext = true), { body: 'as you like' }),
		'/fails-once': () => {
			const status = failsNext ? 500 : 200;
			failsNext = false;
			return { status, body: 'done' };
		},
		'/where': echo,
		'/slow': async (request) => {
			await new Promise((resolve) => setTimeout(resolve, 3_000));
			return await echo(request);
		},
		'/answer': () => ({ body: answer }),
		'/set': ({ body }) => ({ body: (answer = body) }),
		'/once': (request) => (failures-- > 0 ? { status: 500, body: 'later' } : echo(request)),
	});
	const host = await startHost({ mode: 'regular', guard: true, ...options });
	return {
		host,
		service,
		stage: (name) => new Stage(host, service as never, name, new Map()),
		async close() {
			await host.stop();
			await service.close();
		},
	};
}

/** What a path of the service was sent, oldest first. */
export const sentTo = (service: Service, path: string): Received[] =>
	service.received.filter((request) => request.path === path);

const TOKEN = /sealed\.v1\.[\w-]+\.[\w-]+\.[\w-]+\./g;

/** The tokens of a credential in a text, each once. */
export const tokensOf = (text: string, credential: string): string[] =>
	[...new Set(text.match(TOKEN) ?? [])].filter((token) => token.includes(`.${credential}.`));

const PASSWORD = 'Member-of-1-host';

/** Another user, who owns nothing and is no admin, with an editor open. */
export async function inviteMember(host: Host): Promise<{ client: Client; editor: Editor }> {
	const email = 'member@sealbox.local';
	const invited = await host.client.post<{ user: { id: string; inviteAcceptUrl: string } }[]>(
		'/rest/invitations',
		[{ email, role: 'global:member' }],
	);
	const url = new URL(invited[0].user.inviteAcceptUrl);
	const member = new Client(host.url);
	const who = { firstName: 'Mem', lastName: 'Ber', password: PASSWORD };
	const token = url.searchParams.get('token');
	await member.post('/rest/invitations/accept', { token, ...who });
	const session: Session = member.session;
	const editor = await openEditor(host.url, session);
	return { client: new Client(host.url, { ...session, pushRef: editor.pushRef }), editor };
}

/** Starts one node again, with the data that the editor has of an earlier run. */
export async function runNode(
	client: Client,
	id: string,
	node: string,
	runData: unknown,
): Promise<Execution> {
	const { executionId } = await client.post<{ executionId: string }>(`/rest/workflows/${id}/run`, {
		runData,
		startNodes: [{ name: node, sourceData: null }],
		destinationNode: { nodeName: node, mode: 'inclusive' },
		dirtyNodeNames: [],
	});
	return await client.waitForExecution(executionId);
}
