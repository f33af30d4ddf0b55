import { Buffer } from 'node:buffer';
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { formatPem } from './pem';

/**
 * Reads a private key from PEM text as people really have it: line breaks lost in a password field,
 * written as `\n`, or turned into spaces; PKCS#8, PKCS#1 (RSA) and SEC 1 (EC); the whole once more in
 * base64, as some settings files keep it.
 */
export function readPrivateKeyPem(text: string): { key: KeyObject } | { message: string } {
	const unwrapped = withLineBreaks(unwrapBase64(text.trim()));
	const block = blockIn(unwrapped);
	if (block === null) return { message: strangeText(unwrapped) };
	const refusal = refusalOf(block);
	if (refusal !== null) return { message: refusal };
	const key = privateKeyOrNull(formatPem(block.label, block.content));
	if (key !== null) return { key };
	return {
		message: 'is damaged: the text between its first and last line is not a key. Copy it again.',
	};
}

interface Block {
	label: string;
	content: string;
}

const unwrapBase64 = (text: string): string =>
	text.startsWith('LS0tLS1CRUdJTi') ? Buffer.from(text, 'base64').toString('utf8') : text;

const withLineBreaks = (text: string): string => text.replace(/\\r\\n|\\n|\\r/g, '\n');

/** The first block that holds a private key, else the first block. */
function blockIn(text: string): Block | null {
	const blocks = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----/gs)].map(
		([, label = '', content = '']) => ({ label, content }),
	);
	return blocks.find(({ label }) => label.endsWith('PRIVATE KEY')) ?? blocks[0] ?? null;
}

function strangeText(text: string): string {
	if (/^(ssh-|ecdsa-)/.test(text)) return 'is a public key. Paste the private one.';
	if (text.includes('-----BEGIN')) return 'is cut off: its END line is missing. Copy all of it.';
	return 'is not PEM text: it does not start with -----BEGIN. Paste the whole key with its first and last line.';
}

function refusalOf({ label, content }: Block): string | null {
	if (label === 'ENCRYPTED PRIVATE KEY' || /Proc-Type:\s*4,\s*ENCRYPTED/.test(content)) {
		return 'is protected by a passphrase. Remove it first: openssl pkey -in key.pem -out plain.pem';
	}
	if (label.endsWith('PUBLIC KEY')) return 'is a public key. Paste the private one.';
	if (label.endsWith('CERTIFICATE'))
		return 'is a certificate. Paste the private key that goes with it.';
	if (label === 'OPENSSH PRIVATE KEY') {
		return 'is in the format of OpenSSH. Convert it: ssh-keygen -p -m PKCS8 -f key';
	}
	if (label.endsWith('PRIVATE KEY')) return null;
	return 'is PEM text, but not of a private key. Paste the private key.';
}

/** `null` for text that does not decode to a private key. */
function privateKeyOrNull(pem: string): KeyObject | null {
	try {
		return createPrivateKey(pem);
	} catch {
		return null;
	}
}
