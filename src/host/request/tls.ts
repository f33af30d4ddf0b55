import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

/** n8n's "SSL Certificates" credential as Node's TLS options; empty fields are left out. */
export function tlsOptions(data: ICredentialDataDecryptedObject): Record<string, string> {
	const { ca, cert, key, passphrase } = data;
	const fields = Object.entries({ ca, cert, key }).map(([name, pem]) => [name, pemOf(pem)]);
	const all = [...fields, ['passphrase', String(passphrase ?? '')]];
	return Object.fromEntries(all.filter(([, value]) => value !== ''));
}

/** Line breaks get lost when PEM is pasted into a one-line field; RFC 7468 needs them back. */
function pemOf(value: unknown): string {
	const text = String(value ?? '')
		.trim()
		.replaceAll('\\n', '\n');
	if (text.includes('\n')) return text;
	return text.replace(
		/(-----BEGIN [A-Z0-9 ]+-----)\s*(.*?)\s*(-----END [A-Z0-9 ]+-----)\s*/g,
		(_, begin: string, body: string, end: string) =>
			`${begin}\n${body.replace(/\s+/g, '').replace(/(.{64})/g, '$1\n')}\n${end}\n`,
	);
}
