import { headerOf, type HttpResponse } from './message';

/**
 * A name for a downloaded file: what the server calls it, else the last part of the path when that
 * has an extension; `undefined` when there is neither. Never holds a folder.
 *
 * @see RFC 6266 section 4, RFC 8187 for `filename*`
 */
export function fileNameOf(response: HttpResponse, url: URL): string | undefined {
	const disposition = headerOf(response, 'content-disposition');
	const extended = /;\s*filename\*\s*=\s*(?:utf-8|iso-8859-1)'[^']*'([^\s;]+)/i.exec(
		disposition,
	)?.[1];
	const plain = /;\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;]+))/i.exec(disposition);
	const named = decoded(extended) ?? plain?.[1]?.replace(/\\(.)/g, '$1') ?? plain?.[2];
	return baseName(named) ?? nameWithExtension(decoded(url.pathname));
}

const nameWithExtension = (path: string | undefined): string | undefined => {
	const name = baseName(path);
	return name !== undefined && /\.[A-Za-z0-9]{1,10}$/.test(name) ? name : undefined;
};

function baseName(path: string | undefined): string | undefined {
	const last = (path ?? '').split(/[/\\]/).pop() ?? '';
	// Control characters have no place in a file name.
	const name = last.replace(/\p{Cc}/gu, '').trim();
	return /^\.*$/.test(name) ? undefined : name;
}

function decoded(text: string | undefined): string | undefined {
	try {
		return text === undefined ? undefined : decodeURIComponent(text);
	} catch {
		// A name with a stray percent sign is still a name.
		return text;
	}
}
