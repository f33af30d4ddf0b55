import { rawSodium, sodium, type RawSodium } from '../vendor/libsodium';

/** Resolves once libsodium is loaded; everything that seals may be called from then on. */
export const ready: Promise<void> = sodium.ready;

/** Enough for values of about 7 KB; longer ones get a block of their own. */
const SHARED_BYTES = 8192;
let sharedAt = 0;
let raw: RawSodium | undefined;
let view: Buffer<ArrayBuffer> | undefined;

/** libsodium's C functions, for work on addresses of {@link sodiumMemory}. */
export function rawLibsodium(): RawSodium {
	raw ??= rawSodium();
	if (raw === undefined) {
		throw new TypeError('Sealbox is still loading: await `ready` before the first call');
	}
	return raw;
}

/** All of libsodium's memory, indexed by its addresses. Ask again after anything that may allocate. */
export function sodiumMemory(): Buffer<ArrayBuffer> {
	const { buffer } = rawLibsodium().HEAPU8;
	if (view?.buffer !== buffer) view = Buffer.from(buffer);
	return view;
}

/** The bytes at an address, in memory of their own outside libsodium's. */
export const copyFrom = (at: number, bytes: number): Uint8Array =>
	rawLibsodium().HEAPU8.slice(at, at + bytes);

/**
 * Lends `work` a block of zeros in libsodium's memory, so that a value is written there once, sealed or
 * opened in place and read from there once. The block is wiped afterwards, also when `work` throws.
 *
 * Not reentrant: `work` must not call this function. Where libsodium allocates in between, addresses
 * stay but {@link sodiumMemory} has to be asked again.
 */
export function withScratch<T>(bytes: number, work: (at: number) => T): T {
	const isShared = bytes <= SHARED_BYTES;
	const at = isShared ? sharedBlock() : allocate(bytes);
	try {
		return work(at);
	} finally {
		sodiumMemory().fill(0, at, at + bytes);
		if (!isShared) rawLibsodium()._free(at);
	}
}

function sharedBlock(): number {
	if (sharedAt === 0) sharedAt = allocate(SHARED_BYTES);
	return sharedAt;
}

function allocate(bytes: number): number {
	const at = rawLibsodium()._malloc(bytes);
	if (at === 0) throw new RangeError(`libsodium has no room for ${bytes} bytes`);
	// What was there before would otherwise end up in the padding.
	sodiumMemory().fill(0, at, at + bytes);
	return at;
}
