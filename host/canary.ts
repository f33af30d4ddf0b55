import { randomBytes } from 'node:crypto';
import { lstatSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createFinder } from './finder.ts';

/** A secret made for one test. `name` may be printed, `value` never. */
export interface Canary {
	readonly name: string;
	readonly value: string;
}

/** Where a canary was found, without the canary itself. */
export interface Sighting {
	canary: string;
	form: string;
	where: string;
	offset: number;
}

/** Every character here is legal in a header, and looks different in JSON, HTML or a URL. */
const AWKWARD = '"<&>\\/+=%\'~';

/** 35 characters that each encoding writes in its own way; `plain` has 28 letters and digits. */
export function createCanary(name: string, alphabet: 'awkward' | 'plain' = 'awkward'): Canary {
	const [head, tail] = [randomBytes(6), randomBytes(6)].map((bytes) => bytes.toString('hex'));
	return { name, value: alphabet === 'plain' ? `cnry${head}${tail}` : `${head}${AWKWARD}${tail}` };
}

const inJson = (text: string) => JSON.stringify(text).slice(1, -1);

const inHtml = (text: string) =>
	text
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;');

const lowerEscapes = (text: string) =>
	text.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());

/**
 * The part of a base64 text that is the same whatever comes before and after the value,
 * for a value that begins 0, 1 or 2 bytes into a group of three.
 */
function inBase64(text: string, encoding: 'base64' | 'base64url'): [string, string][] {
	const bytes = Buffer.from(text);
	return [0, 1, 2].map((shift) => {
		const whole = Buffer.concat([Buffer.alloc(shift), bytes])
			.toString(encoding)
			.replace(/=+$/, '');
		const first = Math.ceil((shift * 8) / 6);
		const last = Math.floor(((shift + bytes.length) * 8) / 6);
		return [`${encoding} at ${shift}`, whole.slice(first, last)];
	});
}

/** Every form in which a value usually leaks, by name; two forms that look alike appear once. */
export function formsOf(value: string): Map<string, string> {
	const url = encodeURIComponent(value);
	const forms: [string, string][] = [
		['raw', value],
		['JSON', inJson(value)],
		['JSON twice', inJson(inJson(value))],
		['JSON three times', inJson(inJson(inJson(value)))],
		['JSON four times', inJson(inJson(inJson(inJson(value))))],
		['URL', url],
		['URL, lower case', lowerEscapes(url)],
		['form', new URLSearchParams({ '': value }).toString().slice(1)],
		['HTML', inHtml(value)],
		['HTML, quoted', inHtml(value).replaceAll("'", '&#39;')],
		['HTML in JSON', inJson(inHtml(value))],
		['HTML, quoted, in JSON', inJson(inHtml(value).replaceAll("'", '&#39;'))],
		['HTML, quoted, in JSON twice', inJson(inJson(inHtml(value).replaceAll("'", '&#39;')))],
		['hex', Buffer.from(value).toString('hex')],
		['HEX', Buffer.from(value).toString('hex').toUpperCase()],
		...inBase64(value, 'base64'),
		...inBase64(value, 'base64url'),
	];
	const firstOfEach = forms.filter(
		([, text], index) => forms.findIndex(([, earlier]) => earlier === text) === index,
	);
	return new Map(firstOfEach);
}

/** Looks for the same canaries in one content after the other. */
export type Search = (where: string, content: Buffer | string) => Sighting[];

/** Prepared once for many contents: every place where a canary shows, in any of its forms. */
export function searchFor(canaries: readonly Canary[]): Search {
	const wanted = canaries.flatMap(({ name, value }) =>
		[...formsOf(value)].map(([form, text]) => ({ canary: name, form, text })),
	);
	if (wanted.length === 0) return () => [];
	const find = createFinder(wanted.map(({ text }) => text));
	return (where, content) =>
		find(Buffer.from(content)).map(({ index, offset }) => {
			const { canary, form } = wanted[index];
			return { canary, form, where, offset };
		});
}

/** Every place in one text or file content where a canary shows, in any of its forms. */
export const search = (
	canaries: readonly Canary[],
	where: string,
	content: Buffer | string,
): Sighting[] => searchFor(canaries)(where, content);

/** Searches every file under a folder, whatever it is: database, write-ahead log, log, binary. */
export function searchFolder(canaries: readonly Canary[], folder: string): Sighting[] {
	const search = searchFor(canaries);
	return filesUnder(folder).flatMap((file) => {
		const where = relative(folder, file);
		return [...search(`name of ${where}`, where), ...search(where, contentOf(file))];
	});
}

function filesUnder(folder: string): string[] {
	return entriesOf(folder).flatMap((name) => {
		const path = join(folder, name);
		const stats = lstatSync(path, { throwIfNoEntry: false });
		if (stats?.isDirectory()) return filesUnder(path);
		return stats?.isFile() ? [path] : [];
	});
}

/** A running n8n makes and removes files meanwhile; one that is gone holds nothing. */
const entriesOf = (folder: string) => ifThere(() => readdirSync(folder), []);

const contentOf = (file: string) => ifThere(() => readFileSync(file), Buffer.alloc(0));

function ifThere<T>(read: () => T, otherwise: T): T {
	try {
		return read();
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return otherwise;
		throw error;
	}
}
