import { setTimeout as pause } from 'node:timers/promises';
import { search } from '../../../../host/canary.ts';
import type { NodeOnCanvas } from '../../../../host/client.ts';
import { openMailbox } from '../mailbox.ts';
import { call, credentialsOf, hook, inLine, linked, node, send } from '../nodes.ts';
import type { Stage } from '../stage.ts';
import type { Way } from '../walk.ts';

const HEARD_MS = 1_000;

/** Sends on what the node Call was answered: the real thing, however long that is ago. */
export const sendOn = (stage: Stage): NodeOnCanvas =>
	send('After', stage.url('/echo'), '={{ JSON.stringify($("Call").first().json.headers) }}');

/** A webhook that answers at once, so that its caller does not wait for the run. */
export const quick = (stage: Stage): NodeOnCanvas =>
	hook(stage.key, { responseMode: 'onReceived' });

/** Tells the service under which address the run can be resumed. */
export const tell = (stage: Stage): NodeOnCanvas =>
	send(
		'Tell',
		stage.url('/waiting'),
		'={{ JSON.stringify({ url: $execution.resumeUrl, form: $execution.resumeFormUrl }) }}',
	);

export const waiting = (parameters: object, more: object = {}): NodeOnCanvas =>
	node('Wait', 'wait', 1.1, { resume: 'webhook', ...parameters }, { webhookId: 'wait', ...more });

export interface Addresses {
	url: string;
	form: string;
}

/** Where the run of this way can be resumed, once it waits. */
export async function addressesOf(stage: Stage, id: string): Promise<Addresses> {
	const told = () =>
		stage.service.received.find(
			({ path, query }) => path === '/waiting' && query.way === stage.key,
		);
	await stage.until(() => told() !== undefined);
	await stage.until(async () => (await stage.statusesOf(id))[0] === 'waiting');
	// The process that took the call hears later that the job is over, and would take a resumed one for it.
	if (stage.host.mode === 'queue') await pause(HEARD_MS);
	return JSON.parse(told()?.body ?? '') as Addresses;
}

export const ended = async (stage: Stage, id: string) => {
	await stage.until(async () =>
		(await stage.statusesOf(id)).every((status) => status !== 'waiting'),
	);
	return await stage.outlines(id);
};

const resumed = (name: string, parameters: object): Way => ({
	name,
	walk: async (stage) => {
		const key = await stage.headerKey();
		const nodes = [call(stage.url('/echo'), key), tell(stage), waiting(parameters), sendOn(stage)];
		const id = await stage.activate(inLine([quick(stage)], ...nodes));
		await stage.callHook(stage.key);
		const { url } = await addressesOf(stage, id);
		const reply = await stage.callHook(url, { method: 'GET' });
		return { reply, runs: await ended(stage, id), received: stage.received() };
	},
});

const answering: Way = {
	name: 'a wait whose caller is answered by a node',
	walk: async (stage) => {
		const respond = node('Respond', 'respondToWebhook', 1.1, {
			respondWith: 'text',
			responseBody: '={{ $("Call").first().json.headers["x-key"] }}',
		});
		const nodes = [
			call(stage.url('/echo'), await stage.headerKey()),
			tell(stage),
			waiting({ responseMode: 'responseNode' }),
			respond,
		];
		const id = await stage.activate(inLine([quick(stage)], ...nodes));
		await stage.callHook(stage.key);
		const { url } = await addressesOf(stage, id);
		return { reply: await stage.callHook(url, { method: 'GET' }), runs: await ended(stage, id) };
	},
};

const protectedWait: Way = {
	name: 'a wait that asks whoever resumes it for a password',
	walk: async (stage) => {
		const key = await stage.headerKey();
		const password = stage.secret('password');
		const basic = await stage.credential('httpBasicAuth', { user: 'somebody', password });
		const wait = waiting(
			{ incomingAuthentication: 'basicAuth' },
			{ credentials: call('', basic).credentials },
		);
		const nodes = [call(stage.url('/echo'), key), tell(stage), wait, node('Last', 'noOp', 1, {})];
		const id = await stage.activate(inLine([quick(stage)], ...nodes));
		await stage.callHook(stage.key);
		const { url } = await addressesOf(stage, id);
		const authorization = `Basic ${Buffer.from(`somebody:${password}`).toString('base64')}`;
		const reply = await stage.callHook(url, { method: 'GET', headers: { authorization } });
		return { reply, runs: await ended(stage, id) };
	},
};

const limited = (seconds: number) =>
	waiting({ limitWaitTime: true, resumeAmount: seconds, resumeUnit: 'seconds' });

const timed: Way = {
	name: 'a wait that ends by itself',
	walk: async (stage) => {
		const nodes = [call(stage.url('/echo'), await stage.headerKey()), limited(1), sendOn(stage)];
		const id = await stage.activate(inLine([quick(stage)], ...nodes));
		await stage.callHook(stage.key);
		await stage.until(() => stage.received().length === 2);
		return { runs: await ended(stage, id), received: stage.received() };
	},
};

const overdue: Way = {
	name: 'a wait that is over when n8n starts',
	walk: async (stage) => {
		const nodes = [call(stage.url('/echo'), await stage.headerKey()), limited(3), sendOn(stage)];
		const id = await stage.activate(inLine([quick(stage)], ...nodes));
		stage.aroundCrash(async () => {
			await stage.callHook(stage.key);
			await stage.until(async () => (await stage.statusesOf(id))[0] === 'waiting');
			return async () => {
				await stage.until(() => stage.received().length === 2);
				return { runs: await ended(stage, id), received: stage.received() };
			};
		});
	},
};

const throughRestart: Way = {
	name: 'a wait that is resumed after n8n was started again',
	walk: async (stage) => {
		const key = await stage.headerKey();
		const nodes = [
			call(stage.url('/echo'), key),
			tell(stage),
			waiting({ responseMode: 'lastNode' }),
			sendOn(stage),
		];
		const id = await stage.activate(inLine([quick(stage)], ...nodes));
		stage.aroundCrash(async () => {
			await stage.callHook(stage.key);
			const { url } = await addressesOf(stage, id);
			return async () => {
				const reply = await stage.callHook(url, { method: 'GET' });
				return { reply, runs: await ended(stage, id), received: stage.received() };
			};
		});
	},
};

/** What a page says that n8n made for people, without what it needs to look well. */
const shownOn = ({ status, body }: { status: number; body: string }) => ({
	status,
	titles: body.match(/<(title|h1|p)\b[^>]*>[^<]*<\/\1>/g),
});

const formWait: Way = {
	name: 'a form whose title is the secret',
	walk: async (stage) => {
		const wait = waiting({
			resume: 'form',
			formTitle: '={{ $("Call").first().json.headers["x-key"] }}',
			formFields: { values: [{ fieldLabel: 'Name' }] },
		});
		const nodes = [
			call(stage.url('/echo'), await stage.headerKey()),
			tell(stage),
			wait,
			sendOn(stage),
		];
		const id = await stage.activate(inLine([quick(stage)], ...nodes));
		await stage.callHook(stage.key);
		const { form } = await addressesOf(stage, id);
		const page = await stage.callHook(form, { method: 'GET' });
		const filled = new FormData();
		filled.set('field-0', 'somebody');
		const reply = await stage.callHook(form, { body: filled });
		return {
			page: shownOn(page),
			status: reply.status,
			runs: await ended(stage, id),
			received: stage.received(),
		};
	},
};

const formEnding: Way = {
	name: 'the last page of a form',
	walk: async (stage) => {
		const trigger = node(
			'Form',
			'formTrigger',
			2.2,
			{ formTitle: 'Ask', path: stage.key, formFields: { values: [{ fieldLabel: 'Name' }] } },
			{ webhookId: stage.key },
		);
		const ending = node(
			'End',
			'form',
			1,
			{
				operation: 'completion',
				completionTitle: '={{ $("Call").first().json.headers["x-key"] }}',
				completionMessage: 'Thank you',
			},
			{ webhookId: `${stage.key}-end` },
		);
		const id = await stage.activate(
			linked(
				[trigger, call(stage.url('/echo'), await stage.headerKey()), tell(stage), ending],
				[
					['Form', 'Call'],
					['Call', 'Tell'],
					['Tell', 'End'],
				],
			),
		);
		const filled = new FormData();
		filled.set('field-0', 'somebody');
		const first = await stage.callHook(`${stage.host.webhookUrl}/form/${stage.key}`, {
			body: filled,
		});
		const { form } = await addressesOf(stage, id);
		const page = await stage.callHook(form, { method: 'GET' });
		return { status: first.status, page: shownOn(page) };
	},
};

/** Links in mails are not followed by machines that look into mails. */
const BROWSER = {
	'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
};

const approval: Way = {
	name: 'a question that is asked by mail and answered by a link',
	walk: async (stage) => {
		const mailbox = await openMailbox();
		const smtp = { host: '127.0.0.1', port: mailbox.port, secure: false, disableStartTls: true };
		const login = await stage.credential('smtp', { user: '', password: '', ...smtp });
		const ask = node(
			'Ask',
			'emailSend',
			2.1,
			{
				operation: 'sendAndWait',
				fromEmail: 'n8n@service.example',
				toEmail: 'somebody@service.example',
				subject: 'May I?',
				message: '={{ $json.headers["x-key"] }}',
				responseType: 'approval',
				options: {},
			},
			{ credentials: credentialsOf(login), webhookId: stage.key },
		);
		const nodes = [call(stage.url('/echo'), await stage.headerKey()), ask, sendOn(stage)];
		const id = await stage.activate(inLine([quick(stage)], ...nodes));
		await stage.callHook(stage.key);
		await stage.until(async () => (await stage.statusesOf(id))[0] === 'waiting');
		const [mail] = mailbox.mails;
		const link = /href="([^"]+approved=true[^"]*)"/.exec(mail)?.[1].replaceAll('&amp;', '&') ?? '';
		const page = await stage.callHook(link, { method: 'GET', headers: BROWSER });
		const runs = await ended(stage, id);
		await mailbox.close();
		const isInMail = search([{ name: 'it', value: stage.secret() }], 'mail', mail).length > 0;
		return { isInMail, page: shownOn(page), runs, received: stage.received() };
	},
};

const fromEditor: Way = {
	name: 'a wait in a run from the editor',
	walk: async (stage) => {
		const key = await stage.headerKey();
		const nodes = [call(stage.url('/echo'), key), tell(stage), waiting({}), sendOn(stage)];
		const start = node('Start', 'manualTrigger', 1, {});
		const id = await stage.create(inLine([start], ...nodes));
		await stage.runByHand(id);
		const { url } = await addressesOf(stage, id);
		const reply = await stage.callHook(url.replace('/webhook-test/', '/webhook/'), {
			method: 'GET',
		});
		return { reply, runs: await ended(stage, id), received: stage.received() };
	},
};

export const waitWays: Way[] = [
	resumed('a wait that is resumed by a call', {}),
	resumed('a wait whose caller is answered by the last node', {
		responseMode: 'lastNode',
		responseData: 'allEntries',
	}),
	answering,
	protectedWait,
	timed,
	overdue,
	throughRestart,
	formWait,
	formEnding,
	approval,
	fromEditor,
];
