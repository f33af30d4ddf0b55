/**
 * Tells whoever protects this process which secrets were made out of others, for instance a token for
 * one request: they are in no store, so nobody else can know them.
 *
 * The listeners are kept by the process and not by this module, which may be loaded more than once.
 */
import type { Needle } from './kind';

/**
 * @param origin - secrets of the credential that the new ones were made of; they prove whose they are
 * @param minted - the new secrets
 */
export type MintedListener = (origin: readonly string[], minted: readonly Needle[]) => void;

const PORT = Symbol.for('sealbox.minted.v1');
type Process = typeof globalThis & { [PORT]?: Set<MintedListener> };

/** Tells all listeners; a listener that fails does not keep a request from being made. */
export function announceMinted(origin: readonly string[], minted: readonly Needle[]): void {
	if (minted.length === 0) return;
	for (const listener of (globalThis as Process)[PORT] ?? []) {
		try {
			listener(origin, minted);
		} catch {
			// Whoever listens has to report its own failures; the request goes on.
		}
	}
}

export function onMinted(listener: MintedListener): void {
	((globalThis as Process)[PORT] ??= new Set()).add(listener);
}
