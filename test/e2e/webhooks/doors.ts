import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, NodeOnCanvas } from '../../../host/client.ts';
import { auditLines } from '../../../host/observe/auditTrail.ts';
import { pathOf, publish, triggerNode } from './active.ts';
import { send, type Answer, type Sent } from './send.ts';

/** A secret of a credential, with what its form says about it. */
export interface Key {
	secret: string;
	keyName?: string;
	acceptedUntil?: string;
}

/** One of the triggers of a workflow, and what its requests have to have come to. */
export interface Door {
	readonly name: string;
	readonly url: string;
	readonly node: NodeOnCanvas;
	readonly keys: readonly Key[];
	/** Whether its runs do. */
	readonly fails: boolean;
	/** How many requests were let in. */
	runs: number;
	/** Why the others were refused, in their order. */
	readonly reasons: string[];
}

/** What is stored of a request that was let in. */
export interface Run {
	readonly id: string;
	readonly status: string;
	/** As the API gives it. */
	readonly raw: string;
	readonly item: Record<string, unknown>;
}

export interface Place {
	readonly client: Client;
	/** Where production webhooks are answered. */
	readonly url: string;
	/** n8n's user folder. */
	readonly folder: string;
}

const END = { name: 'End', type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} };
const FAIL = {
	name: 'Fail',
	type: 'n8n-nodes-base.stopAndError',
	typeVersion: 1,
	parameters: { errorMessage: 'It went wrong' },
};
const WITHIN_MS = 15_000;
/** The most that n8n lists at once. */
const PAGE = 100;
/** In one workflow: for each request n8n prepares all nodes of its workflow. */
const MOST_DOORS = 8;
const REFUSED = '{"message":"The request was refused."}';

/**
 * Triggers of a few active workflows, which real requests are sent to. What each request is answered is
 * asserted at once; that the runs and the audit trail say the same, in the end and for all of them.
 */
export class Doors {
	readonly #all: Door[] = [];
	readonly #workflows: string[] = [];

	constructor(private readonly place: Place) {}

	/** Before {@link open}. */
	add(
		name: string,
		parameters: Record<string, unknown>,
		keys: readonly (Key | string)[] = [],
		{ fails = false } = {},
	): Door {
		const node = { id: randomUUID(), ...triggerNode(parameters, undefined, name) };
		const door: Door = {
			fails,
			name,
			url: `${this.place.url}/webhook/${pathOf(node)}`,
			keys: keys.map((key) => (typeof key === 'string' ? { secret: key } : key)),
			runs: 0,
			reasons: [],
			node,
		};
		this.#all.push(door);
		return door;
	}

	/** Creates credentials and workflows, activates them, and waits until every path is answered. */
	async open(): Promise<void> {
		const { client } = this.place;
		const known = new Map<string, string>();
		for (const { keys, node } of this.#all) {
			const [first, ...earlier] = keys;
			if (first === undefined) continue;
			const data = { ...first, ...(earlier.length > 0 ? { earlierKeys: { keys: earlier } } : {}) };
			const text = JSON.stringify(data);
			const id = known.get(text) ?? (await client.createCredential('W', 'sealboxWebhookApi', data));
			known.set(text, id);
			node.credentials = { sealboxWebhookApi: { id, name: 'W' } };
		}
		for (let at = 0; at < this.#all.length; at += MOST_DOORS) {
			const published = await this.#publish(this.#all.slice(at, at + MOST_DOORS));
			expect(published).toMatchObject({ status: 'published' });
			this.#workflows.push(published.id);
		}
	}

	async #publish(doors: readonly Door[]) {
		const links = doors.map(({ name, fails }) => [
			name,
			{ main: [[{ node: (fails ? FAIL : END).name, type: 'main', index: 0 }]] },
		]);
		const nodes = [...doors.map(({ node }) => node), END, FAIL];
		const connections = Object.fromEntries(links) as Record<string, unknown>;
		return await publish(this.place.client, nodes, connections);
	}

	/** Why triggers of these parameters are not published, each of them. */
	async problems(
		parameters: readonly Record<string, unknown>[],
		secret: string,
	): Promise<string[]> {
		const { client } = this.place;
		const id = await client.createCredential('W', 'sealboxWebhookApi', { secret });
		const other = new Doors(this.place);
		const doors = parameters.map((own, i) => other.add(`Bad ${i}`, own));
		for (const { node } of doors) node.credentials = { sealboxWebhookApi: { id, name: 'W' } };
		const { status, triggers } = await other.#publish(doors);
		expect(status).toBe('failed');
		return triggers.map(({ errorMessage }) => errorMessage ?? '');
	}

	get client(): Client {
		return this.place.client;
	}

	get folder(): string {
		return this.place.folder;
	}

	/** The request is answered with success, and starts a run. */
	async lets(door: Door, sent: Sent): Promise<Answer> {
		const answer = await send(door.url, sent);
		expect([door.name, answer.status, answer.body]).toEqual([
			door.name,
			200,
			'{"message":"Workflow was started"}',
		]);
		door.runs += 1;
		return answer;
	}

	/** The request is answered with this status and with nothing that helps, and starts nothing. */
	async refuses(door: Door, sent: Sent, reason: string, status = 401): Promise<Answer> {
		door.reasons.push(reason);
		const answer = await send(door.url, sent);
		expect([door.name, answer.status, answer.body]).toEqual([door.name, status, REFUSED]);
		return answer;
	}

	/** A question of the provider's, which starts nothing. */
	async answers(door: Door, sent: Sent, expected: string): Promise<void> {
		const { status, body } = await send(door.url, sent);
		expect([door.name, status, body]).toEqual([door.name, 200, expected]);
	}

	/** A copy: success, so that the sender stops, and no run. */
	async knows(door: Door, sent: Sent): Promise<void> {
		await this.answers(door, sent, '{"message":"duplicate"}');
	}

	/** The runs of all doors by name, once there are as many as were let in. */
	async runs(): Promise<Map<string, Run[]>> {
		const expected = this.#all.reduce((sum, { runs }) => sum + runs, 0);
		const until = Date.now() + WITHIN_MS;
		let ids = await this.#executions();
		while (ids.length < expected && Date.now() < until) {
			await sleep(200);
			ids = await this.#executions();
		}
		const runs = new Map<string, Run[]>(this.#all.map(({ name }) => [name, []]));
		for (const id of ids) {
			const { raw, status, data } = await this.place.client.waitForExecution(id);
			const ran = Object.entries(data.resultData.runData);
			for (const [name, [first]] of ran) {
				const item = first?.data?.main[0]?.[0]?.json ?? {};
				runs.get(name)?.push({ id, status, raw, item });
			}
		}
		return runs;
	}

	/** Oldest first. */
	async #executions(): Promise<string[]> {
		const ids: string[] = [];
		for (const workflowId of this.#workflows) {
			const filter = encodeURIComponent(JSON.stringify({ workflowId }));
			let page: string[] = [];
			do {
				const before = page.length === 0 ? '' : `&lastId=${page.at(-1)}`;
				const path = `/rest/executions?filter=${filter}&limit=${PAGE}${before}`;
				const { results } = await this.place.client.get<{ results: { id: string }[] }>(path);
				page = results.map(({ id }) => id);
				ids.push(...page);
			} while (page.length === PAGE);
		}
		return ids.sort((a, b) => Number(a) - Number(b));
	}

	/** Why requests were refused, by door, as the audit trail has it, once it has as many as were refused. */
	async reasons(): Promise<Map<string, string[]>> {
		const expected = this.#all.reduce((sum, { reasons }) => sum + reasons.length, 0);
		const until = Date.now() + WITHIN_MS;
		let events = this.#recorded();
		while (events.length < expected && Date.now() < until) {
			await sleep(100);
			events = this.#recorded();
		}
		return new Map(
			this.#all.map(({ name, node }) => [
				name,
				events.filter((event) => event.node === node.id).map(({ reason }) => reason),
			]),
		);
	}

	#recorded(): { node: string; reason: string }[] {
		return auditLines(this.place.folder, 'triggers')
			.filter((line) => line.includes('"webhook.refused"'))
			.map((line) => ({
				node: /"node":"([^"]+)"/.exec(line)?.[1] ?? '',
				reason: /"reason":"(\w+)"/.exec(line)?.[1] ?? '',
			}))
			.filter(({ node }) => this.#all.some((door) => door.node.id === node));
	}

	/** What {@link runs} and {@link reasons} have to say. */
	get expected() {
		return {
			runs: new Map(this.#all.map(({ name, runs }) => [name, runs])),
			reasons: new Map(this.#all.map(({ name, reasons }) => [name, reasons])),
		};
	}

	/** Secrets that are long enough not to stand somewhere by chance. */
	get secrets(): string[] {
		const all = this.#all.flatMap(({ keys }) => keys.map(({ secret }) => secret));
		return [...new Set(all)].filter((secret) => secret.trim().length >= 8);
	}
}
