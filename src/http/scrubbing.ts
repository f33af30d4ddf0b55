import { Readable, Transform } from 'node:stream';
import { createScrubber, type Scrubber } from '../sealing/scrub';
import type { Answer, FileBytes } from './answer';

interface Needle {
	name: string;
	value: string;
}

/** The answer without the secrets that were used to get it. */
export function scrubAnswer(
	answer: Answer,
	scrubber: Scrubber,
	needles: readonly Needle[],
): Answer {
	const headers = scrubber.value(answer.response.headers);
	const content = scrubContent(answer, scrubber, needles);
	const fileName = answer.fileName && scrubber.text(answer.fileName);
	const scrubbed = { ...answer, response: { ...answer.response, headers }, content };
	return fileName ? { ...scrubbed, fileName } : scrubbed;
}

function scrubContent(answer: Answer, scrubber: Scrubber, needles: readonly Needle[]): unknown {
	if (answer.format === 'file') return scrubFile(answer.content as FileBytes, needles);
	if (answer.format === 'text') return scrubber.text(answer.content as string);
	return isCleanJson(answer.text, scrubber) ? answer.content : scrubber.value(answer.content);
}

/**
 * Whether a JSON text shows that the value parsed from it holds no secret: a look at the text is far
 * cheaper than a walk through the value. Without a backslash each string stands there as it is; a
 * weak secret is found as a whole value only, which a text does not have.
 */
const isCleanJson = (text: string | undefined, scrubber: Scrubber): boolean =>
	text !== undefined &&
	!text.includes('\\') &&
	scrubber.weak.length === 0 &&
	scrubber.text(text) === text;

/**
 * The bytes of a file without the secrets. All other bytes stay as they are, whatever they mean: they
 * are looked at as Latin-1, where one byte is one character, and so are the secrets.
 * What is compressed or encrypted inside the file is not seen.
 */
export function scrubFile(bytes: FileBytes, needles: readonly Needle[]): FileBytes {
	const scrubber = createScrubber(needles.flatMap(asBytes));
	if (bytes instanceof Readable || !(bytes instanceof Uint8Array)) {
		const scrubbing = bytes.pipe(streamThrough(scrubber));
		bytes.on('error', (error) => scrubbing.destroy(error));
		return scrubbing;
	}
	const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
	const scrubbed = scrubber.text(text);
	return scrubbed === text ? bytes : Buffer.from(scrubbed, 'latin1');
}

/** A secret as its UTF-8 bytes look when each is read as one character. */
function asBytes({ name, value }: Needle): Needle[] {
	const bytes = Buffer.from(value, 'utf8').toString('latin1');
	return bytes === value
		? [{ name, value }]
		: [
				{ name, value },
				{ name, value: bytes },
			];
}

function streamThrough(scrubber: Scrubber): Transform {
	const scrubbing = scrubber.stream();
	const encoded = (text: string) => Buffer.from(text, 'latin1');
	return new Transform({
		transform: (chunk: Buffer, _encoding, done) =>
			done(null, encoded(scrubbing.write(chunk.toString('latin1')))),
		flush: (done) => done(null, encoded(scrubbing.flush())),
	});
}
