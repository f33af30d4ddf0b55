import { types } from 'node:util';
import { scrubBytes, stretchesIn } from './codes';
import { tellingFaces, type Face } from './faces';
import { UNREADABLE } from './placeholder';
import type { TextScrubber } from './text';

/** One thing an object holds: a property, the member of a Set, the entry of a Map. */
export interface Slot {
	/** Null for what is no property. */
	readonly key: PropertyKey | null;
	/** The key of a Map entry, which may be an object. */
	readonly mapKey?: unknown;
	readonly value: unknown;
	readonly isEnumerable: boolean;
}

/** How to make a copy: first empty, so that cycles can point to it, then filled. */
export interface Build {
	empty(): unknown;
	fill(copy: unknown, slots: readonly Slot[], resolve: (value: unknown) => unknown): void;
}

/** What reading an object yields. Without `build`, `copy` takes its place when it is dirty. */
export interface Reading {
	slots: Slot[];
	/** A leaf, a key or the object itself had to change. */
	isChanged: boolean;
	build: Build | null;
	copy?: unknown;
	/** What the copy must not show of itself. */
	faces?: Face[];
}

const UNCHANGED: Reading = { slots: [], isChanged: false, build: null };

const replacedBy = (copy: unknown): Reading => ({ slots: [], isChanged: true, build: null, copy });

/** Reads an object once: its slots with leaves already scrubbed, and how to rebuild it. */
export function readNode(scrubber: TextScrubber, object: object): Reading {
	if (types.isProxy(object)) return readProxy(scrubber, object);
	if (typeof object === 'function') return readFunction(scrubber, object);
	if (ArrayBuffer.isView(object) || types.isAnyArrayBuffer(object))
		return readBytes(scrubber, object);
	if (types.isDate(object) && Object.keys(object).length === 0) return UNCHANGED;
	if (isOpaque(object)) return UNCHANGED;
	if (types.isBoxedPrimitive(object) || types.isRegExp(object)) return readText(scrubber, object);
	const web = readWeb(scrubber, object);
	if (web !== null) return web;
	const reading = readContainer(scrubber, object);
	reading.faces = tellingFaces(scrubber, object);
	reading.isChanged ||= reading.faces.length > 0;
	return reading;
}

function readContainer(scrubber: TextScrubber, object: object): Reading {
	if (types.isMap(object)) return readMap(scrubber, object);
	if (types.isSet(object)) return readSet(scrubber, object);
	return readProperties(scrubber, object, buildLike(object));
}

/** A proxy may answer differently next time, so it is replaced by what it said. */
function readProxy(scrubber: TextScrubber, proxy: object): Reading {
	const build = Array.isArray(proxy) ? buildLike([]) : buildLike({});
	return { ...readProperties(scrubber, proxy, build), isChanged: true };
}

function readFunction(scrubber: TextScrubber, object: object): Reading {
	const texts = [Function.prototype.toString.call(object)];
	for (const key of Reflect.ownKeys(object)) {
		const value: unknown = Reflect.getOwnPropertyDescriptor(object, key)?.value;
		texts.push(String(key));
		if (typeof value === 'string') texts.push(value);
	}
	return texts.every((text) => scrubber.scrub(text) === text) ? UNCHANGED : replacedBy(UNREADABLE);
}

function readBytes(scrubber: TextScrubber, object: object): Reading {
	const bytes = ArrayBuffer.isView(object)
		? new Uint8Array(object.buffer, object.byteOffset, object.byteLength)
		: new Uint8Array(object as ArrayBuffer);
	const scrubbed = scrubBytes(scrubber, bytes);
	if (scrubbed !== bytes) return replacedBy(sameKindOfBytes(object, scrubbed));
	const isWide =
		ArrayBuffer.isView(object) && 'BYTES_PER_ELEMENT' in object && object.BYTES_PER_ELEMENT !== 1;
	if (!isWide || types.isBigInt64Array(object) || types.isBigUint64Array(object)) return UNCHANGED;
	return readWideCodes(scrubber, object as Uint16Array);
}

/** A Uint16Array or Float64Array of character codes keeps its length; the codes become 0. */
function readWideCodes(scrubber: TextScrubber, codes: Uint16Array): Reading {
	const stretches = stretchesIn(scrubber, codes);
	if (stretches.length === 0) return UNCHANGED;
	const copy = codes.slice();
	for (const { start, end } of stretches) copy.fill(0, start, end);
	return replacedBy(copy);
}

function sameKindOfBytes(object: object, bytes: Uint8Array): unknown {
	if (Buffer.isBuffer(object)) return Buffer.from(bytes);
	const own = Uint8Array.from(bytes);
	if (object instanceof Uint8Array) return own;
	if (object instanceof DataView) return new DataView(own.buffer);
	if (types.isArrayBuffer(object)) return own.buffer;
	if (types.isSharedArrayBuffer(object)) {
		const shared = new SharedArrayBuffer(own.length);
		new Uint8Array(shared).set(own);
		return shared;
	}
	// Elements of several bytes: what does not fill one is cut off.
	const { constructor, BYTES_PER_ELEMENT: size } = object as Uint16Array;
	const whole = own.buffer.slice(0, own.length - (own.length % size));
	return new (constructor as Uint16ArrayConstructor)(whole);
}

/** Nothing of what these hold can be read, nor does it print. */
function isOpaque(object: object): boolean {
	return (
		types.isPromise(object) ||
		types.isWeakMap(object) ||
		types.isWeakSet(object) ||
		types.isExternal(object) ||
		types.isModuleNamespaceObject(object)
	);
}

function readText(scrubber: TextScrubber, object: object): Reading {
	const text = String(types.isSymbolObject(object) ? object.description : object);
	const scrubbed = scrubber.scrub(text);
	if (scrubbed === text) return UNCHANGED;
	return replacedBy(types.isStringObject(object) ? new String(scrubbed) : scrubbed);
}

/** Web objects keep their content out of sight of property readers. */
function readWeb(scrubber: TextScrubber, object: object): Reading | null {
	if (object instanceof Blob) return object.size === 0 ? UNCHANGED : replacedBy(UNREADABLE);
	if (object instanceof URL) {
		const scrubbed = scrubber.scrub(object.href);
		if (scrubbed === object.href) return UNCHANGED;
		return replacedBy(URL.canParse(scrubbed) ? new URL(scrubbed) : scrubbed);
	}
	for (const Kind of [URLSearchParams, Headers, FormData]) {
		if (object instanceof Kind) return readEntries(scrubber, object, Kind);
	}
	return null;
}

type Entries = Iterable<[string, unknown]> & { append(name: string, value: string): void };

function readEntries(scrubber: TextScrubber, object: object, Kind: new () => object): Reading {
	const copy = new Kind() as Entries;
	let isChanged = false;
	for (const [name, value] of object as Entries) {
		const text = typeof value === 'string' ? value : UNREADABLE;
		const [scrubbedName, scrubbed] = [scrubber.scrubParts(name), scrubber.scrub(text)];
		isChanged ||= scrubbedName !== name || scrubbed !== value;
		// A placeholder is no valid header name; the value then goes without its name.
		if (Kind === Headers && scrubbedName !== name) copy.append('sealed', scrubbed);
		else copy.append(scrubbedName, scrubbed);
	}
	return isChanged ? replacedBy(copy) : UNCHANGED;
}

function readMap(scrubber: TextScrubber, map: Map<unknown, unknown>): Reading {
	const slots: Slot[] = [];
	const taken = new Set<unknown>();
	let isChanged = false;
	for (const [key, value] of Map.prototype.entries.call(map)) {
		const [newKey, newValue] = [leaf(scrubber, key, false), leaf(scrubber, value)];
		isChanged ||= !Object.is(newKey, key) || !Object.is(newValue, value);
		const mapKey = Object.is(newKey, key) ? key : untaken(newKey, (other) => taken.has(other));
		taken.add(mapKey);
		slots.push({ key: null, mapKey, value: newValue, isEnumerable: true });
	}
	const empty = (): unknown => Object.setPrototypeOf(new Map(), prototypeOf(map)) as unknown;
	const fill: Build['fill'] = (copy, entries, resolve) => {
		for (const { mapKey, value } of entries) {
			Map.prototype.set.call(copy, resolve(mapKey), resolve(value));
		}
	};
	return { slots, isChanged, build: { empty, fill } };
}

function readSet(scrubber: TextScrubber, set: Set<unknown>): Reading {
	const slots: Slot[] = [];
	const taken = new Set<unknown>();
	let isChanged = false;
	for (const item of Set.prototype.values.call(set)) {
		const scrubbed = leaf(scrubber, item);
		const isSame = Object.is(scrubbed, item);
		isChanged ||= !isSame;
		const value = isSame ? item : untaken(scrubbed, (other) => taken.has(other));
		taken.add(value);
		slots.push({ key: null, value, isEnumerable: true });
	}
	const empty = (): unknown => Object.setPrototypeOf(new Set(), prototypeOf(set)) as unknown;
	const fill: Build['fill'] = (copy, members, resolve) => {
		for (const { value } of members) Set.prototype.add.call(copy, resolve(value));
	};
	return { slots, isChanged, build: { empty, fill } };
}

const prototypeOf = (object: object): object | null =>
	Object.getPrototypeOf(object) as object | null;

/** Own properties of any kind; a getter is asked once and what it says becomes the property. */
function readProperties(scrubber: TextScrubber, object: object, build: Build): Reading {
	const slots: Slot[] = [];
	const taken = new Set<PropertyKey>();
	let isChanged = false;
	for (const key of Reflect.ownKeys(object)) {
		if (key === 'length' && Array.isArray(object)) continue;
		const property = Reflect.getOwnPropertyDescriptor(object, key);
		if (property === undefined) continue;
		const { value, isKept } = readProperty(object, key, property);
		const scrubbed = leaf(scrubber, value);
		const newKey = scrubKey(scrubber, key, (other) => taken.has(other));
		taken.add(newKey);
		isChanged ||= !isKept || newKey !== key || !Object.is(scrubbed, value);
		slots.push({ key: newKey, value: scrubbed, isEnumerable: property.enumerable === true });
	}
	return { slots, isChanged, build };
}

function readProperty(
	object: object,
	key: PropertyKey,
	property: PropertyDescriptor,
): { value: unknown; isKept: boolean } {
	if (property.get === undefined) return { value: property.value as unknown, isKept: true };
	try {
		// What a getter says next time is not known, so its answer takes its place.
		return { value: Reflect.get(object, key) as unknown, isKept: key === 'stack' };
	} catch {
		return { value: UNREADABLE, isKept: false };
	}
}

function scrubKey(
	scrubber: TextScrubber,
	key: PropertyKey,
	isTaken: (key: PropertyKey) => boolean,
): PropertyKey {
	if (typeof key === 'symbol') return leaf(scrubber, key) as symbol;
	const scrubbed = scrubber.scrubParts(String(key));
	return scrubbed === key
		? key
		: (untaken(scrubbed, (other) => isTaken(other as string)) as string);
}

/** Two secrets of one name must not become one key. */
function untaken(key: unknown, isTaken: (key: unknown) => boolean): unknown {
	if (typeof key !== 'string' || !isTaken(key)) return key;
	for (let number = 2; ; number++) {
		if (!isTaken(`${key} (${number})`)) return `${key} (${number})`;
	}
}

/** A value that is no object, scrubbed; objects are slots of their own. */
function leaf(scrubber: TextScrubber, value: unknown, isWeakToo = true): unknown {
	switch (typeof value) {
		case 'string':
			return isWeakToo ? scrubber.scrub(value) : scrubber.scrubParts(value);
		case 'number':
		case 'bigint':
			return scrubber.scrubNumber(String(value)) ?? value;
		case 'symbol': {
			const description = value.description ?? '';
			const scrubbed = scrubber.scrub(description);
			return scrubbed === description ? value : Symbol(scrubbed);
		}
		default:
			return value;
	}
}

function buildLike(object: object): Build {
	return {
		empty: () => emptyLike(object),
		fill: (copy, slots, resolve) => {
			for (const { key, value, isEnumerable } of slots) {
				if (key === null) continue;
				Object.defineProperty(copy, key, {
					value: resolve(value),
					enumerable: isEnumerable,
					writable: true,
					configurable: true,
				});
			}
		},
	};
}

function emptyLike(object: object): object {
	const prototype = prototypeOf(object);
	if (Array.isArray(object)) {
		const array = new Array<unknown>(object.length);
		return prototype === Array.prototype
			? array
			: (Object.setPrototypeOf(array, prototype) as object);
	}
	if (!types.isNativeError(object)) return Object.create(prototype) as object;
	const error = Object.setPrototypeOf(new Error(), prototype) as { stack?: string };
	delete error.stack;
	return error;
}
