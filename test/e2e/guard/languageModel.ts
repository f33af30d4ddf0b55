import type { Answer, Received } from '../../../host/services/service.ts';

interface Asked {
	stream?: boolean;
	messages: { role: string; content: unknown }[];
	tools?: { function: { name: string } }[];
}

/** Stands in for a language model: calls the first tool, then repeats what the tool said. */
export function complete({ body }: Received): Answer {
	const { stream = false, messages, tools = [] } = JSON.parse(body) as Asked;
	const last = messages.at(-1);
	const isDone = tools.length === 0 || last?.role === 'tool';
	const message = isDone
		? { role: 'assistant', content: `It says: ${textOf(last?.content)}` }
		: { role: 'assistant', content: null, tool_calls: [callOf(tools[0].function.name)] };
	const finish = isDone ? 'stop' : 'tool_calls';
	return stream ? streamed(message, finish) : { body: whole(message, finish) };
}

const textOf = (content: unknown) =>
	typeof content === 'string' ? content : JSON.stringify(content);

const callOf = (name: string) => ({
	index: 0,
	id: 'call_1',
	type: 'function',
	function: { name, arguments: '{"input":"now","query":"now"}' },
});

const COMPLETION = { id: 'chatcmpl-1', created: 1, model: 'stand-in' };

const whole = (message: object, finish: string) => ({
	...COMPLETION,
	object: 'chat.completion',
	choices: [{ index: 0, message, finish_reason: finish }],
	usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
});

/** In pieces of ten characters, so that a secret never comes in one. */
function streamed(message: { content: string | null }, finish: string): Answer {
	const pieces = message.content?.match(/.{1,10}/gs) ?? [];
	const deltas = message.content === null ? [message] : pieces.map((content) => ({ content }));
	const events = [...deltas.map((delta) => part(delta, null)), part({}, finish)];
	const body = [...events.map((event) => JSON.stringify(event)), '[DONE]'];
	return {
		headers: { 'content-type': 'text/event-stream' },
		body: body.map((data) => `data: ${data}\n\n`).join(''),
	};
}

const part = (delta: object, finish: string | null) => ({
	...COMPLETION,
	object: 'chat.completion.chunk',
	choices: [{ index: 0, delta, finish_reason: finish }],
});
