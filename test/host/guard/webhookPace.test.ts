import { nodeParametersAreStatic, webhookDescriptionIsNativelyResolvable } from 'n8n-workflow';
import { webhook } from '../../../nodes/SealboxWebhookTrigger/webhook';
import type { Host } from '../../../src/host/guard/host';
import { paceWebhooks } from '../../../src/host/guard/webhookPace';

const TRIGGER = 'n8n-nodes-sealbox.sealboxWebhookTrigger';
const LEAVES_BODY = '={{$parameter["options"]["binaryData"]}}';

/** An n8n that prepares its expression engine for every request, and says when it is asked for it. */
function openHost({ canSkip = true, webhooks = [webhook] as object[], hasShortcut = true } = {}) {
	const evaluated: unknown[] = [];
	class WorkflowExpression {
		getSimpleParameterValue(_node: unknown, value: unknown) {
			evaluated.push(value);
			return 'evaluated';
		}
	}
	class LiveWebhooks {
		expressionEngineConfig = { allowWebhookIsolateSkip: canSkip };
		nodeTypes = { getByNameAndVersion: () => ({ description: { webhooks } }) };
		webhookPhaseNeedsIsolate(node: unknown) {
			return node !== undefined;
		}
	}
	if (!hasShortcut) Reflect.deleteProperty(LiveWebhooks.prototype, 'webhookPhaseNeedsIsolate');
	const exported = {
		WorkflowExpression,
		nodeParametersAreStatic,
		webhookDescriptionIsNativelyResolvable,
	};
	paceWebhooks({
		package: () => exported,
		own: () => ({ LiveWebhooks }),
		classOf: (from: Record<string, unknown>, name: string) => from[name],
	} as unknown as Host);
	return { live: new LiveWebhooks(), expression: new WorkflowExpression(), evaluated };
}

const node = (parameters: object, type = TRIGGER) => ({ type, typeVersion: 1, parameters });
const PLAIN = node({ path: 'orders', options: { binaryData: true } });

test('a Sealbox trigger without expressions is spared the expression engine, and asks it nothing', () => {
	const { live, expression, evaluated } = openHost();
	expect(live.webhookPhaseNeedsIsolate(PLAIN)).toBe(false);
	expect(expression.getSimpleParameterValue(PLAIN, LEAVES_BODY)).toBe(true);
	expect(expression.getSimpleParameterValue(node({ path: 'a' }), LEAVES_BODY)).toBeUndefined();
	expect(evaluated).toEqual([]);
});

test.each([
	['of another type', node({ path: 'orders' }, 'n8n-nodes-base.formTrigger')],
	['with an expression', node({ path: 'orders', options: { rate: '={{ 1 }}' } })],
])('a trigger %s keeps what n8n decides', (_, other) => {
	const { live, expression } = openHost();
	expect(live.webhookPhaseNeedsIsolate(other)).toBe(true);
	expect(expression.getSimpleParameterValue(other, LEAVES_BODY)).toBe('evaluated');
});

test('every other expression is evaluated', () => {
	const { expression } = openHost();
	expect(expression.getSimpleParameterValue(PLAIN, '={{ $now }}')).toBe('evaluated');
});

test('an operator who has turned n8n’s shortcut off keeps it off', () => {
	expect(openHost({ canSkip: false }).live.webhookPhaseNeedsIsolate(PLAIN)).toBe(true);
});

test('a node that is not there is left to n8n', () => {
	expect(openHost().live.webhookPhaseNeedsIsolate(null)).toBe(true);
});

test('an n8n without the shortcut stays as it is', () => {
	const { expression } = openHost({ hasShortcut: false });
	expect(expression.getSimpleParameterValue(PLAIN, '={{ $now }}')).toBe('evaluated');
});
