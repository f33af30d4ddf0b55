import { createHash, createVerify, type KeyObject } from 'node:crypto';

/** Verifies the DKIM signature of a mail by RFC 6376 (relaxed/relaxed, rsa-sha256), in as few lines as it takes. */
export function hasGoodDkim(raw: string, key: KeyObject): boolean {
	const split = raw.indexOf('\r\n\r\n');
	const headers = raw.slice(0, split).split(/\r\n(?![ \t])/);
	const signature = headers.find((line) => /^dkim-signature:/i.test(line)) ?? '';
	const tags = Object.fromEntries(
		signature
			.slice(signature.indexOf(':') + 1)
			.replace(/\s+/g, '')
			.split(';')
			.map((tag) => [tag.slice(0, tag.indexOf('=')), tag.slice(tag.indexOf('=') + 1)]),
	) as Record<string, string>;
	const body = raw
		.slice(split + 4)
		.replace(/[ \t]+/g, ' ')
		.replace(/ \r\n/g, '\r\n')
		.replace(/(?:\r\n)*$/, '\r\n');
	if (createHash('sha256').update(body).digest('base64') !== tags.bh) return false;
	const rest = [...headers].reverse();
	const signed = (tags.h ?? '').split(':').map((name) => {
		const at = rest.findIndex((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`));
		return at < 0 ? '' : `${relaxed(rest.splice(at, 1)[0] as string)}\r\n`;
	});
	const own = relaxed(
		signature.replace(/(\bb=)[^;]*/, (all, b: string) => (all.startsWith('bh') ? all : b)),
	);
	return createVerify('RSA-SHA256')
		.update(signed.join('') + own)
		.verify(key, tags.b ?? '', 'base64');
}

const relaxed = (line: string): string => {
	const at = line.indexOf(':');
	const value = line
		.slice(at + 1)
		.replace(/\r\n/g, '')
		.replace(/[ \t]+/g, ' ');
	return `${line.slice(0, at).toLowerCase().trim()}:${value.trim()}`;
};
