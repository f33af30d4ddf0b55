import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { unflatten } from './flatted.ts';

/** Whoever owns the private n8n; printed by the demo, so nothing else may use this password. */
export const OWNER = { email: 'demo@sealbox.local', password: 'Sealbox-Demo-1' } as const;

export interface NodeOnCanvas {
	name: string;
	type: string;
	typeVersion: number;
	parameters: Record<string, unknown>;
	credentials?: Record<string, { id: string; name: string }>;
	position?: [number, number];
	onError?: 'continueRegularOutput' | 'continueErrorOutput' | 'stopWorkflow';
	[setting: string]: unknown;
}

export interface Workflow {
	name: string;
	nodes: NodeOnCanvas[];
	connections: Record<string, unknown>;
	settings?: Record<string, unknown>;
	pinData?: Record<string, { json: object }[]>;
}

/** What n8n stored of a run. */
export interface Execution {
	id: string;
	status: 'success' | 'error' | 'crashed' | 'canceled' | 'waiting' | 'running' | 'new';
	/** The answer of the API as it came, for searching. */
	raw: string;
	data: RunData;
}

export interface RunData {
	resultData: {
		error?: { message: string; description?: string };
		lastNodeExecuted?: string;
		runData: Record<string, NodeRun[]>;
	};
	executionData?: { contextData?: Record<string, unknown> };
}

export interface NodeRun {
	error?: { message: string; description?: string };
	data?: {
		main: ({ json: Record<string, unknown>; error?: unknown; [part: string]: unknown }[] | null)[];
	};
}

/** A logged-in editor: n8n ties the cookie to the browser's id. */
export interface Session {
	browserId: string;
	cookie: string;
	/** The open editor that is told about the runs which this client starts. */
	pushRef?: string;
}

/** Outcome of a credential's test, as the form shows it. */
export interface TestOutcome {
	status: 'OK' | 'Error';
	message: string;
}

const ENDED = new Set(['success', 'error', 'crashed', 'canceled']);
const RUN_WITHIN_MS = 60_000;

/** Speaks to n8n the way its editor does. Every answer is kept, so that it can be searched. */
export class Client {
	/** Bodies of all answers so far. */
	readonly answers: string[] = [];
	readonly url: string;
	#session: Session;

	/** @param session - of an editor that is logged in already; without it, a new one */
	constructor(url: string, session: Session = { browserId: randomUUID(), cookie: '' }) {
		this.url = url;
		this.#session = session;
	}

	/** Creates the owner of a fresh n8n, and is logged in afterwards. */
	async setUpOwner(): Promise<void> {
		await this.post('/rest/owner/setup', { ...OWNER, firstName: 'Sealbox', lastName: 'Demo' });
	}

	async logIn(): Promise<void> {
		const { email, password } = OWNER;
		await this.post('/rest/login', { emailOrLdapLoginId: email, password });
	}

	/** @returns the new credential's id */
	async createCredential(name: string, type: string, data: object): Promise<string> {
		const { id } = await this.post<{ id: string }>('/rest/credentials', { name, type, data });
		return id;
	}

	/** Stores other values under the same id, as people do who change a password. */
	async updateCredential(id: string, name: string, type: string, data: object): Promise<void> {
		await this.patch(`/rest/credentials/${id}`, { name, type, data });
	}

	/** Tests a credential that is stored already, with the values given here. */
	async testCredential(id: string, name: string, type: string, data: object): Promise<TestOutcome> {
		return await this.post('/rest/credentials/test', { credentials: { id, name, type, data } });
	}

	/** What the form is filled with when a stored credential is opened again. */
	async readCredential(
		id: string,
	): Promise<{ id: string; name: string; data: Record<string, unknown> }> {
		return await this.get(`/rest/credentials/${id}?includeData=true`);
	}

	/** @returns the new workflow's id */
	async createWorkflow(workflow: Workflow): Promise<string> {
		const { id } = await this.post<{ id: string }>('/rest/workflows', {
			active: false,
			settings: {},
			pinData: {},
			...workflow,
			nodes: workflow.nodes.map((node, index) => ({
				id: randomUUID(),
				position: [index * 220, 0],
				...node,
			})),
		});
		return id;
	}

	/** Runs a stored workflow from one of its triggers and waits for the end. */
	async runWorkflow(id: string, trigger?: string): Promise<Execution> {
		const workflowData = await this.get<Workflow>(`/rest/workflows/${id}`);
		const name = trigger ?? triggerOf(workflowData);
		const body = { workflowData, triggerToStartFrom: { name }, startNodes: [] };
		const { executionId } = await this.post<{ executionId: string }>(
			`/rest/workflows/${id}/run`,
			body,
		);
		return await this.waitForExecution(executionId);
	}

	/** Creates, runs, and returns what n8n stored. */
	async runOnce(workflow: Workflow): Promise<Execution> {
		return await this.runWorkflow(await this.createWorkflow(workflow));
	}

	async activateWorkflow(id: string): Promise<void> {
		const { versionId } = await this.get<{ versionId: string }>(`/rest/workflows/${id}`);
		await this.post(`/rest/workflows/${id}/activate`, { versionId });
	}

	async waitForExecution(id: string): Promise<Execution> {
		const deadline = Date.now() + RUN_WITHIN_MS;
		for (;;) {
			const execution = await this.readExecution(id);
			if (ENDED.has(execution.status)) return execution;
			if (Date.now() > deadline) {
				throw new Error(
					`Execution ${id} is still ${execution.status} after ${RUN_WITHIN_MS / 1_000} s`,
				);
			}
			await sleep(100);
		}
	}

	async readExecution(id: string): Promise<Execution> {
		const raw = await this.#call('GET', `/rest/executions/${id}`);
		const { data } = JSON.parse(raw) as { data: { status: Execution['status']; data: string } };
		return { id, status: data.status, raw, data: unflatten<RunData>(data.data) };
	}

	async get<T>(path: string): Promise<T> {
		return dataOf<T>(await this.#call('GET', path));
	}

	async post<T>(path: string, body: object): Promise<T> {
		return dataOf<T>(await this.#call('POST', path, body));
	}

	async patch<T>(path: string, body: object): Promise<T> {
		return dataOf<T>(await this.#call('PATCH', path, body));
	}

	async delete(path: string): Promise<void> {
		await this.#call('DELETE', path);
	}

	/** Reads as the owner, or as whoever has a key to the public API. */
	async read(path: string, apiKey?: string): Promise<string> {
		return await this.#call(
			'GET',
			path,
			undefined,
			apiKey === undefined ? undefined : { 'x-n8n-api-key': apiKey },
		);
	}

	/** Follows a link as the browser of the logged-in owner would, and returns the page. */
	async visit(url: string): Promise<string> {
		return await this.#call('GET', url.slice(this.url.length));
	}

	/** For another client to go on with. */
	get session(): Session {
		return this.#session;
	}

	async #call(
		method: string,
		path: string,
		body?: object,
		headers: Record<string, string> = this.#editorHeaders(),
	): Promise<string> {
		const response = await fetch(this.url + path, {
			method,
			// A host that was held up closes idle connections just when they are used again.
			headers: { 'content-type': 'application/json', connection: 'close', ...headers },
			body: body && JSON.stringify(body),
		});
		const text = await response.text();
		this.answers.push(text);
		const [cookie] = response.headers.getSetCookie();
		if (cookie !== undefined) this.#session = { ...this.#session, cookie: cookie.split(';')[0] };
		if (response.ok) return text;
		throw new Error(
			`${method} ${path.split('?')[0]} answered ${response.status}: ${text.slice(0, 500)}`,
		);
	}

	#editorHeaders(): Record<string, string> {
		const { browserId, cookie, pushRef } = this.#session;
		return { 'browser-id': browserId, cookie, ...(pushRef && { 'push-ref': pushRef }) };
	}
}

const dataOf = <T>(text: string): T => (JSON.parse(text) as { data: T }).data;

function triggerOf({ nodes }: Workflow): string {
	const trigger = nodes.find(({ type }) => /trigger$/i.test(type));
	if (trigger === undefined) throw new Error('The workflow has no trigger to start from');
	return trigger.name;
}
