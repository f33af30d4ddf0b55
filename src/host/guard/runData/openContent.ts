import { TOKEN_PREFIX, tokensIn, type FoundToken } from '../../../sealing/sealedToken';
import type { Content } from './sealContent';

type Rec = Record<string, unknown>;
type Holder = Rec | unknown[];

/** Where data holds tokens. */
export class Spots {
	readonly #values: { holder: Holder; key: string | number }[] = [];
	readonly #renamed = new Set<Rec>();
	readonly tokens: FoundToken[] = [];

	/** Looks at everything below a value; shared objects and cycles once. */
	constructor(root: Holder) {
		const seen = new Set<unknown>([root]);
		const queue: Holder[] = [root];
		for (let holder = queue.pop(); holder !== undefined; holder = queue.pop()) {
			for (const key of Object.keys(holder)) this.#look(holder, key, seen, queue);
		}
	}

	get isEmpty(): boolean {
		return this.tokens.length === 0;
	}

	#look(holder: Holder, key: string, seen: Set<unknown>, queue: Holder[]): void {
		const value = (holder as Rec)[key];
		if (typeof value === 'string') {
			if (this.#collect(value)) this.#values.push({ holder, key });
		} else if (typeof value === 'object' && value !== null && !seen.has(value)) {
			seen.add(value);
			queue.push(value as Holder);
		}
		if (!Array.isArray(holder) && this.#collect(key)) this.#renamed.add(holder);
	}

	#collect(text: string): boolean {
		if (!text.includes(TOKEN_PREFIX)) return false;
		const found = tokensIn(text);
		this.tokens.push(...found);
		return found.length > 0;
	}

	/** Puts what the tokens stand for in their place. */
	open(contents: ReadonlyMap<string, Content>, parse: (text: string) => unknown): void {
		for (const { holder, key } of this.#values) {
			(holder as Rec)[key] = opened((holder as Rec)[key] as string, contents, parse);
		}
		for (const record of this.#renamed) renameKeys(record, contents, parse);
	}
}

type Parse = (text: string) => unknown;

function renameKeys(record: Rec, contents: ReadonlyMap<string, Content>, parse: Parse): void {
	const entries = Object.entries(record);
	for (const [key] of entries) delete record[key];
	for (const [key, value] of entries) record[String(opened(key, contents, parse))] = value;
}

/** The text with its tokens opened; another value where that is what was sealed. */
function opened(text: string, contents: ReadonlyMap<string, Content>, parse: Parse): unknown {
	const tokens = tokensIn(text);
	let out = '';
	let done = 0;
	for (const { start, text: token } of tokens) {
		const content = contents.get(token);
		if (content === undefined) continue;
		out += text.slice(done, start) + content[1];
		done = start + token.length;
	}
	out += text.slice(done);
	const isJson =
		tokens.length > 0 && tokens.every((token) => contents.get(token.text)?.[0] === 'j');
	const isAll = tokens.reduce((length, token) => length + token.text.length, 0) === text.length;
	return isJson && isAll ? parse(out) : out;
}
