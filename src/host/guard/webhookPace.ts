import { wrapMethod, type Host } from './host';

interface Node {
	readonly type: string;
	readonly typeVersion: number;
	readonly parameters: { readonly options?: { readonly binaryData?: unknown } };
}
interface NodeTypes {
	getByNameAndVersion(
		type: string,
		version: number,
	): { readonly description: { readonly webhooks?: readonly unknown[] } } | undefined;
}
interface LiveWebhooks {
	readonly nodeTypes: NodeTypes;
	readonly expressionEngineConfig?: { readonly allowWebhookIsolateSkip?: boolean };
}
/** What n8n asks of its own Webhook before it leaves its expression engine out. */
interface Judges {
	nodeParametersAreStatic(node: Node): boolean;
	webhookDescriptionIsNativelyResolvable(description: unknown): boolean;
}

const TRIGGER = 'n8n-nodes-sealbox.sealboxWebhookTrigger';
/** n8n's own, for each request to a node of version 1. */
const LEAVES_BODY = '={{$parameter["options"]["binaryData"]}}';

/**
 * Lets a request to a Sealbox Webhook Trigger come in without n8n's expression engine where n8n's own Webhook
 * would: no parameter is an expression, and the description of the node resolves itself. n8n 2.41 makes a V8
 * isolate for each request to any other node, which takes longer than all that the trigger does.
 *
 * No part of the protection: where n8n has no such shortcut, or another one, it stays as it is.
 */
export function paceWebhooks(host: Host): void {
	try {
		install(host);
	} catch {
		// An n8n without the shortcut has none to share.
	}
}

function install(host: Host): void {
	const judges = host.package<Judges & Record<string, unknown>>('n8n-workflow');
	const expressions = host.classOf(judges, 'WorkflowExpression').prototype;
	const { prototype } = host.classOf(host.own('webhooks/live-webhooks'), 'LiveWebhooks');
	if (typeof judges.nodeParametersAreStatic !== 'function') return;
	const isStatic = (node: Node | null): node is Node =>
		node?.type === TRIGGER && judges.nodeParametersAreStatic(node);
	const isFree = ({ nodeTypes, expressionEngineConfig }: LiveWebhooks, node: Node) => {
		if (expressionEngineConfig?.allowWebhookIsolateSkip !== true) return false;
		const { webhooks } =
			nodeTypes.getByNameAndVersion(node.type, node.typeVersion)?.description ?? {};
		return webhooks?.every(judges.webhookDescriptionIsNativelyResolvable) ?? false;
	};
	// First, since what needs no engine must not ask one.
	wrapMethod(expressions, 'getSimpleParameterValue', (evaluate) => {
		return function (this: unknown, ...args: unknown[]) {
			const [node, value] = args as [Node, unknown];
			if (value !== LEAVES_BODY || !isStatic(node)) return evaluate.apply(this, args);
			return node.parameters.options?.binaryData;
		};
	});
	wrapMethod(prototype, 'webhookPhaseNeedsIsolate', (needs) => {
		return function (this: unknown, ...args: unknown[]) {
			const [node] = args as [Node | null];
			const isSpared = isStatic(node) && isFree(this as LiveWebhooks, node);
			return isSpared ? false : needs.apply(this, args);
		};
	});
}
