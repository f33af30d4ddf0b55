import { TOKEN_PREFIX, tokensIn, type FoundToken } from '../../../sealing/sealedToken';
import { WHOLE, type Content, type StoredForm } from './sealContent';

type Rec = Record<string, unknown>;
type Holder = Rec | unknown[];

interface Spot {
	readonly holder: Holder;
	readonly key: string;
}

/** What tokens stand for; those that are missing stay as they are. */
export type Contents = ReadonlyMap<string, Content>;

/** Where data holds tokens. */
export class Spots {
	readonly #values: Spot[] = [];
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

	/**
	 * Puts what the tokens stand for in their place.
	 *
	 * @returns a token that does not stand where it was put; then nothing was opened
	 */
	open(contents: Contents, form: StoredForm): FoundToken | null {
		const values = this.#values.map((spot) => openedAt(spot, contents, form));
		const keys = [...this.#renamed].flatMap((record) => Object.keys(record));
		const names = keys.map((key) => openedKey(key, contents));
		const moved = [...values, ...names].find((result) => result.moved !== undefined)?.moved;
		if (moved !== undefined) return moved;
		this.#values.forEach(({ holder, key }, i) => put(holder, key, values[i]));
		for (const record of this.#renamed) renameKeys(record, contents);
		return null;
	}
}

interface Result {
	readonly value?: unknown;
	/** The value takes the place of the record around it. */
	readonly isAround?: boolean;
	readonly moved?: FoundToken;
}

function openedAt({ holder, key }: Spot, contents: Contents, form: StoredForm): Result {
	const text = (holder as Rec)[key] as string;
	const { tokens, parts } = partsOf(text, contents);
	if (parts.every(([kind]) => kind === 's')) return { value: filled(text, tokens, parts) };
	const [kind] = parts[0];
	const isAround = kind === 'w';
	const isAlone = !isAround || (key === WHOLE && isOnlyField(holder));
	if (!isAlone || !areAllOf(text, tokens, parts)) return { moved: tokens[0] };
	return { value: form.parse(parts.map(([, piece]) => piece).join('')), isAround };
}

function openedKey(key: string, contents: Contents): Result {
	const { tokens, parts } = partsOf(key, contents);
	const isText = parts.every(([kind]) => kind === 's');
	return isText ? { value: filled(key, tokens, parts) } : { moved: tokens[0] };
}

function partsOf(text: string, contents: Contents) {
	const tokens = tokensIn(text).filter((token) => contents.has(token.text));
	return { tokens, parts: tokens.map((token) => contents.get(token.text)!) };
}

/** The pieces of one value, each in its place and nothing beside them. */
function areAllOf(text: string, tokens: readonly FoundToken[], parts: readonly Content[]): boolean {
	const length = tokens.reduce((sum, token) => sum + token.text.length, 0);
	const isInOrder = parts.every(([kind, , i, of], at) => {
		return kind === parts[0][0] && i === at && of === parts.length;
	});
	return isInOrder && length === text.length;
}

const isOnlyField = (holder: Holder): boolean =>
	!Array.isArray(holder) && Object.keys(holder).length === 1;

function filled(text: string, tokens: readonly FoundToken[], parts: readonly Content[]): string {
	let out = '';
	let done = 0;
	tokens.forEach(({ start, text: token }, i) => {
		out += text.slice(done, start) + parts[i][1];
		done = start + token.length;
	});
	return out + text.slice(done);
}

function put(holder: Holder, key: string, { value, isAround }: Result): void {
	if (isAround !== true) {
		(holder as Rec)[key] = value;
		return;
	}
	delete (holder as Rec)[key];
	for (const [name, item] of Object.entries(value as Rec)) define(holder as Rec, name, item);
}

function renameKeys(record: Rec, contents: Contents): void {
	const entries = Object.entries(record);
	for (const [key] of entries) delete record[key];
	for (const [key, item] of entries) define(record, String(openedKey(key, contents).value), item);
}

/** Unlike assignment, right for a key named `__proto__` too. */
const define = (record: Rec, key: string, value: unknown): unknown =>
	Object.defineProperty(record, key, {
		value,
		enumerable: true,
		writable: true,
		configurable: true,
	});
