import { checkPrimeSync, createECDH, createPrivateKey } from 'node:crypto';
import { randomBytes, type Random } from './random';

/** Real private keys that a seed fixes: node:crypto generates keys only from its own randomness. */

const base64url = (bytes: Buffer): string => bytes.toString('base64url');

const pem = (label: string, der: Buffer): string =>
	[
		`-----BEGIN ${label}-----`,
		...(der.toString('base64').match(/.{1,64}/g) ?? []),
		`-----END ${label}-----`,
	].join('\n');

/** PKCS #8 of RFC 8410: a fixed head, then the 32 bytes of the key. */
export function ed25519Pem(random: Random): string {
	const head = Buffer.from('302e020100300506032b657004220420', 'hex');
	const der = Buffer.concat([head, randomBytes(random, 32)]);
	return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({
		type: 'pkcs8',
		format: 'pem',
	}) as string;
}

/** PKCS #8 without the public half, as several Java libraries write it: four lines. */
export function shortEcPem(random: Random): string {
	const head = '3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420';
	return pem('PRIVATE KEY', Buffer.concat([Buffer.from(head, 'hex'), randomBytes(random, 32)]));
}

/** SEC 1, the form of `openssl ecparam -genkey`. */
export function ecPem(random: Random): string {
	const scalar = randomBytes(random, 32);
	scalar[0] &= 0x7f;
	const pair = createECDH('prime256v1');
	pair.setPrivateKey(scalar);
	const point = pair.getPublicKey();
	const key = {
		kty: 'EC',
		crv: 'P-256',
		d: base64url(scalar),
		x: base64url(point.subarray(1, 33)),
		y: base64url(point.subarray(33)),
	};
	return createPrivateKey({ key, format: 'jwk' })
		.export({ type: 'sec1', format: 'pem' })
		.toString()
		.trimEnd();
}

/** 2048 bits; PKCS #1 (`BEGIN RSA PRIVATE KEY`) or PKCS #8. Ends with a newline in the second. */
export function rsaPem(random: Random, type: 'pkcs1' | 'pkcs8'): string {
	const p = prime(random);
	const q = prime(random);
	const d = inverse(PUBLIC_EXPONENT, (p - 1n) * (q - 1n));
	const key = {
		kty: 'RSA',
		e: base64url(bytesOf(PUBLIC_EXPONENT)),
		n: base64url(bytesOf(p * q)),
		d: base64url(bytesOf(d)),
		p: base64url(bytesOf(p)),
		q: base64url(bytesOf(q)),
		dp: base64url(bytesOf(d % (p - 1n))),
		dq: base64url(bytesOf(d % (q - 1n))),
		qi: base64url(bytesOf(inverse(q, p))),
	};
	return createPrivateKey({ key, format: 'jwk' }).export({ type, format: 'pem' }) as string;
}

const PUBLIC_EXPONENT = 65537n;

function prime(random: Random): bigint {
	const bytes = randomBytes(random, 128);
	bytes[0] |= 0xc0;
	bytes[127] |= 1;
	let candidate = BigInt(`0x${bytes.toString('hex')}`);
	while (candidate % PUBLIC_EXPONENT === 1n || !checkPrimeSync(candidate)) candidate += 2n;
	return candidate;
}

function bytesOf(value: bigint): Buffer {
	const hex = value.toString(16);
	return Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
}

/** The extended Euclidean algorithm. */
function inverse(value: bigint, modulus: bigint): bigint {
	let [r, nextR, t, nextT] = [modulus, value % modulus, 0n, 1n];
	while (nextR !== 0n) {
		const quotient = r / nextR;
		[r, nextR] = [nextR, r - quotient * nextR];
		[t, nextT] = [nextT, t - quotient * nextT];
	}
	return (t + modulus) % modulus;
}
