import { Buffer } from 'node:buffer';

/** `raw` is r and s one after the other, as in JOSE and RFC 9421; `der` is the form of X.509. */
export type EcdsaForm = 'raw' | 'der';

/** The orders of the groups. @see SEC 2 version 2, sections 2.4.2, 2.5.1 and 2.6.1 */
const ORDERS = {
	prime256v1: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
	secp384r1:
		0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
	secp521r1:
		0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
} as const;

/**
 * Whether a signature is the one of its two spellings that has the lower s.
 *
 * With r and s, r and n − s is a signature too, and whoever saw one can write the other.
 */
export function isLowS(
	signature: Uint8Array,
	form: EcdsaForm,
	curve: keyof typeof ORDERS = 'prime256v1',
): boolean {
	const bytes = Buffer.from(signature);
	const s = form === 'raw' ? bytes.subarray(bytes.length / 2) : sOfDer(bytes);
	return s.length > 0 && BigInt(`0x${s.toString('hex')}`) <= ORDERS[curve] / 2n;
}

/** `SEQUENCE { INTEGER r, INTEGER s }`; whether it is well formed is OpenSSL's to say. */
function sOfDer(bytes: Buffer): Buffer {
	const header = (bytes[1] ?? 0) === 0x81 ? 3 : 2;
	const afterR = header + 2 + (bytes[header + 1] ?? 0);
	return bytes.subarray(afterR + 2);
}
