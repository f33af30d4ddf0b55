import { setTimeout as sleep } from 'node:timers/promises';
import { createCanary, type Canary } from '../../../host/canary.ts';
import type { Execution, NodeOnCanvas, Workflow } from '../../../host/client.ts';
import type { Host } from '../../../host/host.ts';
import { listExecutions } from '../../../host/observe/api.ts';
import type { Received } from '../../../host/services/service.ts';
import { hook, inLine, START, type Stored } from './nodes.ts';
import type { Hostile } from './service.ts';

/** What may be compared between two hosts of a run: how it ended, and how many items came out where. */
export interface Outline {
	status: string;
	items: Record<string, (number | null)[][]>;
}

/** What a caller of a webhook got. */
export interface Reply {
	status: number;
	type: string | null;
	body: string;
}

/** Between the parts of a multipart body: chosen by chance. */
const BOUNDARY = /-{6,}\w{16,}|(?<=boundary=)[\w-]+/g;

/** What n8n says of a webhook or a form that it does not know. */
const NOT_YET = /is not registered|Problem loading form/;

const WITHIN_MS = 90_000;
const AT_REST = new Set(['success', 'error', 'crashed', 'canceled', 'waiting']);

/** Where one way is walked on one host. The same way has the same secrets on every host. */
export class Stage {
	readonly host: Host;
	readonly service: Hostile;
	/** Distinguishes what this way does from what others do at the same time. */
	readonly key: string;
	readonly #secrets: Map<string, Canary>;
	readonly #workflows: string[] = [];
	#beforeCrash?: () => Promise<() => Promise<unknown>>;
	#afterCrash?: () => Promise<unknown>;

	constructor(host: Host, service: Hostile, key: string, secrets: Map<string, Canary>) {
		this.host = host;
		this.service = service;
		this.key = key;
		this.#secrets = secrets;
	}

	/** A secret of this way; the same at each call with the same name. */
	secret(name = 'secret', make: (name: string) => Canary = createCanary): string {
		const known = this.#secrets.get(name);
		if (known !== undefined) return known.value;
		const canary = { ...make(name), name: `${this.key}: ${name}` };
		this.#secrets.set(name, canary);
		return canary.value;
	}

	/** A path of the hostile service. */
	url(path: string): string {
		const url = new URL(path, this.service.url);
		url.searchParams.set('way', this.key);
		return url.href;
	}

	/** What the service was sent by this way. */
	received(): Pick<Received, 'method' | 'target' | 'headers' | 'body'>[] {
		return this.service.received
			.filter(({ path, query }) => query.way === this.key && path !== '/waiting')
			.map(({ method, target, headers, body }) => ({ method, target, headers, body }));
	}

	async credential(type: string, data: object): Promise<Stored> {
		const name = `${this.key} ${type}`;
		return { type, name, id: await this.host.client.createCredential(name, type, data) };
	}

	/** The usual one: a secret that goes into a header of its own. */
	async headerKey(secret = this.secret()): Promise<Stored> {
		return await this.credential('httpHeaderAuth', { name: 'X-Key', value: secret });
	}

	async create(workflow: Omit<Workflow, 'name'>, name = this.key): Promise<string> {
		const id = await this.host.client.createWorkflow({ name, ...workflow });
		this.#workflows.push(id);
		return id;
	}

	async activate(workflow: Omit<Workflow, 'name'>, name?: string): Promise<string> {
		const id = await this.create(workflow, name);
		await this.host.client.activateWorkflow(id);
		return id;
	}

	/** Starts a workflow from the editor; it ends, or comes to wait. */
	async runByHand(id: string, trigger = 'Start'): Promise<Execution> {
		const { client } = this.host;
		const workflowData = await client.get<Workflow>(`/rest/workflows/${id}`);
		const body = { workflowData, triggerToStartFrom: { name: trigger }, startNodes: [] };
		const { executionId } = await client.post<{ executionId: string }>(
			`/rest/workflows/${id}/run`,
			body,
		);
		return await this.atRest(executionId);
	}

	/** Calls a production webhook. n8n takes a moment to register one that was just activated. */
	async callHook(path: string, init: RequestInit = {}): Promise<Reply> {
		const url = path.startsWith('http') ? path : `${this.host.webhookUrl}/webhook/${path}`;
		for (const deadline = Date.now() + 20_000; ; await sleep(100)) {
			const response = await fetch(url, { method: 'POST', redirect: 'manual', ...init });
			const body = await response.text();
			const isMissing = response.status === 404 && NOT_YET.test(body);
			if (!isMissing || Date.now() > deadline) {
				return { status: response.status, type: response.headers.get('content-type'), body };
			}
		}
	}

	/**
	 * Runs nodes behind a manual trigger from the editor, and behind a webhook in production, which
	 * answers with the items of the last node.
	 */
	async runBoth(...nodes: NodeOnCanvas[]): Promise<unknown> {
		return await this.runBothOf(inLine([START, hook(this.key)], ...nodes));
	}

	/** The same for a workflow that has both triggers, called Start and Hook. */
	async runBothOf(workflow: Omit<Workflow, 'name'>): Promise<unknown> {
		const id = await this.activate(workflow);
		const reply = await this.callHook(this.key);
		const byHand = outlineOf(await this.runByHand(id));
		return { byHand, reply, production: await this.outlines(id) };
	}

	/** All runs of a workflow, oldest first, once there are enough and none is in motion. */
	async executionsOf(id: string, atLeast = 1): Promise<Execution[]> {
		for (const deadline = Date.now() + WITHIN_MS; ; await sleep(150)) {
			const results = await listExecutions(this.host.client, id);
			const isOver =
				results.length >= atLeast && results.every(({ status }) => AT_REST.has(status));
			if (isOver || Date.now() > deadline) {
				if (!isOver) throw new Error(`The runs of ${this.key} do not end`);
				const ids = results.map((each) => each.id).sort((a, b) => Number(a) - Number(b));
				return await Promise.all(ids.map((each) => this.host.client.readExecution(each)));
			}
		}
	}

	async outlines(id: string, atLeast = 1): Promise<Outline[]> {
		return (await this.executionsOf(id, atLeast)).map(outlineOf);
	}

	/** Waits until a run has ended, or come to wait. */
	async atRest(executionId: string, statuses: ReadonlySet<string> = AT_REST): Promise<Execution> {
		for (const deadline = Date.now() + WITHIN_MS; ; await sleep(100)) {
			const execution = await this.host.client.readExecution(executionId);
			if (statuses.has(execution.status)) return execution;
			if (Date.now() > deadline) throw new Error(`A run of ${this.key} does not end`);
		}
	}

	/** How the runs of a workflow stand at this moment, newest first. */
	async statusesOf(id: string): Promise<string[]> {
		return (await listExecutions(this.host.client, id)).map(({ status }) => status);
	}

	async until(isSo: () => boolean | Promise<boolean>): Promise<void> {
		for (const deadline = Date.now() + WITHIN_MS; !(await isSo()); await sleep(100)) {
			if (Date.now() > deadline)
				throw new Error(`Something that ${this.key} waits for does not come`);
		}
	}

	/**
	 * Something to be done shortly before all processes are killed; what it returns is done once they
	 * have been started again.
	 */
	aroundCrash(act: () => Promise<() => Promise<unknown>>): void {
		this.#beforeCrash = act;
	}

	async prepareForCrash(): Promise<void> {
		this.#afterCrash = await this.#beforeCrash?.();
	}

	async goOnAfterCrash(): Promise<unknown> {
		return await this.#afterCrash?.();
	}

	/** A result without what differs between two hosts although they do the same: addresses and ids. */
	comparable(result: unknown): string {
		const { url, webhookUrl } = this.host;
		const local = [url, webhookUrl, this.service.url].flatMap((each) => [each, new URL(each).host]);
		let text = (JSON.stringify(result, null, 1) ?? 'nothing').replace(BOUNDARY, '<boundary>');
		for (const [index, part] of [...local, ...this.#workflows].entries()) {
			text = text.replaceAll(part, `<${index}>`);
		}
		return text;
	}
}

/** How a run ended, and how many items each node gave out. */
export const outlineOf = ({ status, data }: Execution): Outline => ({
	status,
	items: Object.fromEntries(
		Object.entries(data.resultData.runData).map(([name, runs]) => [
			name,
			runs.map(({ data }) => (data?.main ?? []).map((items) => items?.length ?? null)),
		]),
	),
});
