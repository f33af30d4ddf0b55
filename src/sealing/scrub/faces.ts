/**
 * The texts that an object shows of itself (`toJSON`, string conversion, `util.inspect`). They may
 * come from private fields, so looking at properties alone is not enough.
 */
import { inspect, types } from 'node:util';
import { UNREADABLE } from './placeholder';
import type { TextScrubber } from './text';

const INSPECT = Symbol.for('nodejs.util.inspect.custom');

type FaceName = 'toJSON' | 'toString' | typeof Symbol.toPrimitive | typeof INSPECT;

/** A face that shows a needle, and what it may show instead. */
export interface Face {
	readonly name: FaceName;
	readonly covered: unknown;
}

/** The faces of an object that show a needle or fail. */
export function tellingFaces(scrubber: TextScrubber, object: object): Face[] {
	const telling: Face[] = [];
	for (const name of facesOf(object)) {
		const covered = coveredFace(scrubber, object, name);
		if (covered !== null) telling.push({ name, covered: covered.instead });
	}
	return telling;
}

/** Makes a copy show the covered text, unless its properties, by now clean, give a clean one. */
export function coverFaces(scrubber: TextScrubber, copy: object, faces: readonly Face[]): void {
	for (const { name, covered } of faces) {
		if (coveredFace(scrubber, copy, name) === null) continue;
		const value = (): unknown => covered;
		Object.defineProperty(copy, name, { value, configurable: true, writable: true });
	}
}

function facesOf(object: object): FaceName[] {
	const own = object as Record<PropertyKey, unknown>;
	const names: FaceName[] = [];
	if (typeof own.toJSON === 'function') names.push('toJSON');
	if (typeof own[Symbol.toPrimitive] === 'function') names.push(Symbol.toPrimitive);
	if (typeof own.toString === 'function' && !STANDARD.has(own.toString)) names.push('toString');
	if (typeof own[INSPECT] === 'function') names.push(INSPECT);
	return types.isNativeError(object) ? names.filter((name) => name !== 'toString') : names;
}

const STANDARD: ReadonlySet<unknown> = new Set([
	Object.prototype.toString,
	Array.prototype.toString,
	Error.prototype.toString,
]);

function coveredFace(
	scrubber: TextScrubber,
	object: object,
	name: FaceName,
): { instead: unknown } | null {
	try {
		const shown = show(object, name);
		const text = typeof shown === 'string' ? shown : (JSON.stringify(shown) ?? '');
		const scrubbed = scrubber.scrub(text);
		if (scrubbed === text) return null;
		return { instead: typeof shown === 'string' ? scrubbed : parsed(scrubbed) };
	} catch {
		// The error of a hostile face may hold the needle.
		return { instead: UNREADABLE };
	}
}

function show(object: object, name: FaceName): unknown {
	if (name === INSPECT) return inspect(object, { depth: 2 });
	const method = (object as Record<PropertyKey, (hint: string) => unknown>)[name];
	return method.call(object, name === 'toJSON' ? '' : 'string');
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		// The placeholder broke the JSON; as text it is still readable.
		return text;
	}
}
