import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { whileViewing } from '../../../../src/host/guard/files/viewing';
import { FILE_MAGIC, PIECE_BYTES } from '../../../../src/sealing/sealedFile';
import { collect, FolderStore, HERE, openStage, SECRET, type Stage } from './stage';

const bytes = (...parts: (string | Buffer)[]): Buffer =>
	Buffer.concat(parts.map((part) => Buffer.from(part)));

/** A stream that gives content in chunks of an odd size. */
const streamed = (content: Buffer, size = 10_007): Readable =>
	Readable.from(
		(function* () {
			for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
		})(),
		{ objectMode: false },
	);

const across = bytes(randomBytes(PIECE_BYTES - 5), SECRET, randomBytes(90_000), SECRET);

/** Content with a secret in it, by what is special about it. */
const DIRTY: Record<string, Buffer> = {
	'a line of text': bytes('the answer was ', SECRET, ' and no more\n'),
	'the secret alone': bytes(SECRET),
	'binary content': bytes(randomBytes(5_000), SECRET, randomBytes(70_000)),
	'content of several pieces, with a secret across two': across,
	'content that fills its piece exactly': bytes(SECRET, randomBytes(PIECE_BYTES - SECRET.length)),
	'text in UTF-16': Buffer.from(`the answer was ${SECRET}`, 'utf16le'),
	'a base64 text': bytes(Buffer.from(`user:${SECRET}`).toString('base64')),
	'gzipped text': gzipSync(`the answer was ${SECRET}`),
};

describe.each(Object.entries(DIRTY))('%s', (_, content) => {
	let stage: Stage;
	beforeEach(async () => {
		stage = await openStage();
	});

	test.each([
		['a buffer', () => content],
		['a stream', () => streamed(content)],
	])('is stored sealed, and read as it was, from %s', async (_form, give) => {
		const { files, store } = stage;
		const { fileId, fileSize } = await files.store(HERE, give(), { mimeType: 'text/plain' });
		const stored = store.bytesOf(fileId);
		expect(fileSize).toBe(content.length);
		expect(stored.subarray(0, FILE_MAGIC.length).equals(FILE_MAGIC)).toBe(true);
		expect(stored.includes(SECRET)).toBe(false);
		expect(stored.length % 256).toBe(0);
		expect((await files.getAsBuffer(fileId)).equals(content)).toBe(true);
		expect((await collect(await files.getAsStream(fileId))).equals(content)).toBe(true);
		expect(await files.getMetadata(fileId)).toEqual({
			mimeType: 'text/plain',
			fileSize: content.length,
		});
	});

	test('is read the same in a process that knows nothing of the run', async () => {
		const { fileId } = await stage.files.store(HERE, content, {});
		expect((await (await stage.elsewhere()).getAsBuffer(fileId)).equals(content)).toBe(true);
	});

	test('is shown with placeholders, and with the size that this has', async () => {
		const { fileId } = await stage.files.store(HERE, content, {});
		const shown = await whileViewing(async () => await stage.files.getAsBuffer(fileId));
		const { fileSize } = await whileViewing(async () => await stage.files.getMetadata(fileId));
		expect(shown.includes(SECRET)).toBe(false);
		expect(shown.includes('[sealed: token]')).toBe(true);
		expect(fileSize).toBe(shown.length);
	});

	test('is read in chunks of the size that the reader wants', async () => {
		const { fileId } = await stage.files.store(HERE, content, {});
		const sizes: number[] = [];
		for await (const chunk of await stage.files.getAsStream(fileId, 1_000)) {
			sizes.push((chunk as Buffer).length);
		}
		expect(new Set(sizes.slice(0, -1))).toEqual(new Set(sizes.length > 1 ? [1_000] : []));
		expect(sizes.reduce((all, size) => all + size, 0)).toBe(content.length);
	});
});

test('what stands around secrets is shown as it is', async () => {
	const { files } = await openStage();
	const { fileId } = await files.store(HERE, across, {});
	const shown = await whileViewing(async () => await files.getAsBuffer(fileId));
	const expected = bytes(
		across.subarray(0, PIECE_BYTES - 5),
		'[sealed: token]',
		across.subarray(PIECE_BYTES - 5 + SECRET.length, -SECRET.length),
		'[sealed: token]',
	);
	expect(shown.equals(expected)).toBe(true);
});

describe('clean content', () => {
	const CLEAN: Record<string, Buffer> = {
		nothing: Buffer.alloc(0),
		'a few bytes': bytes('ab'),
		'text that looks like a token': bytes('sealed.v1.c1.token.AAAA.'),
		'random bytes of several pieces': randomBytes(3 * PIECE_BYTES + 17),
		'as many bytes as sealed files have': randomBytes(4 * 256),
	};

	test.each(Object.entries(CLEAN))('is stored and read byte by byte: %s', async (_, content) => {
		const { files, store } = await openStage();
		for (const given of [content, streamed(content)]) {
			const { fileId, fileSize } = await files.store(HERE, given, { fileName: 'a.bin' });
			expect(fileSize).toBe(content.length);
			expect(store.bytesOf(fileId).equals(content)).toBe(true);
			expect((await files.getAsBuffer(fileId)).equals(content)).toBe(true);
			expect((await collect(await files.getAsStream(fileId))).equals(content)).toBe(true);
			expect(await files.getMetadata(fileId)).toEqual({
				fileName: 'a.bin',
				fileSize: content.length,
			});
		}
	});

	test('that is too large for memory waits on disk, and is stored as it came', async () => {
		const { files, store } = await openStage();
		const content = randomBytes(4 * PIECE_BYTES + 1);
		const { fileId } = await files.store(HERE, streamed(content, 65_536), {});
		expect(store.bytesOf(fileId).equals(content)).toBe(true);
	});
});

test('a secret at the end of content that is too large for memory is sealed', async () => {
	const { files, store } = await openStage();
	const content = bytes(randomBytes(5 * PIECE_BYTES), SECRET);
	const { fileId } = await files.store(HERE, streamed(content, 65_536), {});
	expect(store.bytesOf(fileId).includes(SECRET)).toBe(false);
	expect((await collect(await files.getAsStream(fileId))).equals(content)).toBe(true);
});

test('a short secret is sealed where it is all of a file, and left where it is not', async () => {
	const { guard, files, store } = await openStage();
	guard.parts.known.learnMore('c1', 'Service', [{ field: 'pin', value: '4711' }]);
	const alone = await files.store(HERE, bytes('4711\n'), {});
	expect(store.bytesOf(alone.fileId).includes('4711')).toBe(false);
	expect((await files.getAsBuffer(alone.fileId)).toString()).toBe('4711\n');
	const within = await files.store(HERE, bytes('room 4711, floor 2'), {});
	expect(store.bytesOf(within.fileId).toString()).toBe('room 4711, floor 2');
});

describe('a limit for the search', () => {
	test('lets larger files through, complete', async () => {
		const { files, store } = await openStage(PIECE_BYTES);
		const content = randomBytes(5 * PIECE_BYTES + 3);
		const { fileId } = await files.store(HERE, streamed(content), {});
		expect(store.bytesOf(fileId).equals(content)).toBe(true);
	});

	test('does not count once a secret was found', async () => {
		const { files, store } = await openStage(PIECE_BYTES);
		const content = bytes(SECRET, randomBytes(4 * PIECE_BYTES), SECRET);
		const { fileId } = await files.store(HERE, streamed(content), {});
		expect(store.bytesOf(fileId).includes(SECRET)).toBe(false);
		expect((await files.getAsBuffer(fileId)).equals(content)).toBe(true);
	});
});

test('a name that holds a secret is not stored beside the file, and nodes get it back', async () => {
	const { files, store } = await openStage();
	const names = { fileName: `${SECRET}.txt`, mimeType: 'text/plain' };
	const { fileId } = await files.store(HERE, bytes('clean'), names);
	expect(JSON.stringify([...store.files])).not.toContain(SECRET);
	expect(await files.getMetadata(fileId)).toEqual({ ...names, fileSize: 5 });
	const shown = await whileViewing(async () => await files.getMetadata(fileId));
	expect(shown).toEqual({ fileName: '[sealed].txt', mimeType: 'text/plain', fileSize: 5 });
});

test('a copy for a parent is sealed for the parent', async () => {
	const { files, store, facts, elsewhere } = await openStage();
	const { fileId } = await files.store(HERE, across, { fileName: 'a.bin' });
	const parent = { type: 'execution', workflowId: 'w2', executionId: '3' } as const;
	const copy = await files.copyByFileId(parent, fileId);
	expect(store.bytesOf(copy).includes(SECRET)).toBe(false);
	expect((await (await elsewhere()).getAsBuffer(copy)).equals(across)).toBe(true);
	expect(await (await elsewhere()).getMetadata(copy)).toEqual({
		fileName: 'a.bin',
		fileSize: across.length,
	});
	facts.references.clear();
	await expect((await elsewhere()).getAsBuffer(copy)).rejects.toThrow(
		'no node of the workflow uses',
	);
});

test('a clean file is copied as the store does it', async () => {
	const { files, store } = await openStage();
	const { fileId } = await files.store(HERE, randomBytes(512), {});
	const copy = await files.copyByFileId(HERE, fileId);
	expect(store.bytesOf(copy).equals(store.bytesOf(fileId))).toBe(true);
});

describe('files in a folder', () => {
	const store = new FolderStore();
	afterAll(() => store.remove());

	test('clean content comes as the very stream that the store gives, in the same chunks', async () => {
		const { files } = await openStage(Infinity, store);
		const { fileId } = await files.store(HERE, randomBytes(50_000), {});
		const stream = await files.getAsStream(fileId, 4_096);
		expect(stream).toBe(store.streams.at(-1));
		const sizes: number[] = [];
		for await (const chunk of stream) sizes.push((chunk as Buffer).length);
		expect(sizes).toEqual([...Array<number>(12).fill(4_096), 848]);
	});

	test('the path of a sealed file is refused with what to do instead, that of others given', async () => {
		const { files } = await openStage(Infinity, store);
		const sealed = await files.store(HERE, across, {});
		expect(() => files.getPath(sealed.fileId)).toThrow('Extract from File');
		const { fileId } = await files.store(HERE, bytes('clean'), {});
		expect(files.getPath(fileId)).toBe(store.getPath(fileId));
	});

	test('a file that is copied by its path is sealed', async () => {
		const { files } = await openStage(Infinity, store);
		const { fileId } = store.put(HERE, across);
		const copy = await files.copyByFilePath(HERE, store.getPath(fileId), {});
		expect(store.bytesOf(copy.fileId).includes(SECRET)).toBe(false);
		expect((await collect(await files.getAsStream(copy.fileId))).equals(across)).toBe(true);
	});

	test('a reader that stops early leaves no file open', async () => {
		const { files } = await openStage(Infinity, store);
		const { fileId } = await files.store(HERE, across, {});
		const stream = await files.getAsStream(fileId);
		const source = store.streams.at(-1)!;
		stream.destroy();
		await new Promise((closed) => source.once('close', closed));
		expect(source.destroyed).toBe(true);
	});
});
