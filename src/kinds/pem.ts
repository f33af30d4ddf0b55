import { X509Certificate } from 'node:crypto';

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----((?:(?!-----)[^])+)-----END \1-----/g;
/** RFC 1421 section 4.6: an encrypted key of the old form says so in two lines before its body. */
const ENCRYPTION = /^Proc-Type:\s*4,ENCRYPTED\s+DEK-Info:\s*([\w-]+,[0-9A-F]+)\s+/i;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * Puts back the line breaks that a PEM text loses on its way through forms, JSON and environment
 * variables: turned into spaces, written as `\n`, or removed.
 *
 * @param text - one PEM block or several
 * @returns the blocks in the form of RFC 7468 section 2, or `null` when there is none or one is damaged
 */
export function repairPem(text: string): string | null {
	const blocks = [...text.replace(/\\+[rn]/g, '\n').matchAll(BLOCK)].map(([, label, body]) =>
		repairBlock(label as string, (body as string).trim()),
	);
	return blocks.length === 0 || blocks.includes(null) ? null : blocks.join('');
}

function repairBlock(label: string, body: string): string | null {
	const [encryption = '', algorithm] = ENCRYPTION.exec(body) ?? [];
	const base64 = body.slice(encryption.length).replace(/\s+/g, '');
	if (!BASE64.test(base64)) return null;
	const headers = algorithm ? `Proc-Type: 4,ENCRYPTED\nDEK-Info: ${algorithm}\n\n` : '';
	return formatPem(label, base64, headers);
}

/** One block in the form of RFC 7468 section 2: lines of 64 characters between its two boundaries. */
export function formatPem(label: string, base64: string, headers = ''): string {
	const lines = base64.replace(/\s+/g, '').match(/.{1,64}/g) ?? [];
	return `-----BEGIN ${label}-----\n${headers}${lines.join('\n')}\n-----END ${label}-----\n`;
}

/** The certificates in a PEM text, first one first, or `null` when it holds anything else. */
export function certificatesOrNull(text: string): X509Certificate[] | null {
	const blocks = repairPem(text)?.split(/(?<=-----END [A-Z0-9 ]+-----\n)/) ?? [];
	try {
		return blocks.length === 0 ? null : blocks.map((block) => new X509Certificate(block));
	} catch {
		return null;
	}
}
