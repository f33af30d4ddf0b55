import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { whileViewing } from '../../../../src/host/guard/files/viewing';
import { frameBytes, PIECE_BYTES } from '../../../../src/sealing/sealedFile';
import { collect, HERE, openStage, SECRET, type Stage } from './stage';

/*
 * Attacks on files: a container from outside, pieces that are moved, cut off or exchanged, a file that
 * is moved to another workflow or another n8n, a credential that is gone.
 */

const PIECE = frameBytes(PIECE_BYTES);
const content = Buffer.concat([Buffer.from(SECRET), randomBytes(3 * PIECE_BYTES)]);

/** A sealed file of four pieces, the last one short, and where they begin. */
async function sealedFile({ files, store }: Stage) {
	const { fileId } = await files.store(HERE, content, {});
	const bytes = store.bytesOf(fileId);
	return { bytes, pieces: bytes.length - 3 * PIECE - frameBytes(SECRET.length) };
}

/** Changes to the bytes of a sealed file whose pieces begin at an offset. */
const TAMPERED: Record<string, (bytes: Buffer, pieces: number) => Buffer> = {
	'one bit of the first piece': (bytes, pieces) => flipped(bytes, pieces + 100),
	'one bit of the version of a piece': (bytes, pieces) => flipped(bytes, pieces),
	'one bit of the last piece': (bytes) => flipped(bytes, bytes.length - 1),
	'one bit of the header': (bytes) => flipped(bytes, 30),
	'one bit of the index': (bytes, pieces) => flipped(bytes, pieces - 1),
	'the size in the header': (bytes) =>
		Buffer.from(bytes.toString('latin1').replace('"size":5', '"size":4'), 'latin1'),
	'two pieces exchanged': (bytes, pieces) =>
		Buffer.concat([
			bytes.subarray(0, pieces),
			bytes.subarray(pieces + PIECE, pieces + 2 * PIECE),
			bytes.subarray(pieces, pieces + PIECE),
			bytes.subarray(pieces + 2 * PIECE),
		]),
	'the last piece cut off': (bytes, pieces) => bytes.subarray(0, pieces + 3 * PIECE),
	'a piece cut out': (bytes, pieces) =>
		Buffer.concat([bytes.subarray(0, pieces), bytes.subarray(pieces + PIECE)]),
	'the last piece twice': (bytes, pieces) =>
		Buffer.concat([bytes, bytes.subarray(pieces + 3 * PIECE)]),
	'all pieces cut off': (bytes, pieces) => bytes.subarray(0, pieces),
	'everything but the magic cut off': (bytes) => bytes.subarray(0, 16),
	'a header of nonsense': (bytes) => Buffer.concat([bytes.subarray(0, 16), randomBytes(600)]),
};

describe('of a file that was altered, nothing opens', () => {
	let stage: Stage;
	let sealed: Awaited<ReturnType<typeof sealedFile>>;
	beforeAll(async () => {
		stage = await openStage();
		sealed = await sealedFile(stage);
	});

	test.each(Object.entries(TAMPERED))('%s', async (_, change) => {
		const { files, store } = stage;
		const changed = change(Buffer.from(sealed.bytes), sealed.pieces);
		expect(changed.equals(sealed.bytes)).toBe(false);
		const { fileId } = store.put(HERE, changed);
		await expect(files.getAsBuffer(fileId)).rejects.toThrow('cannot be opened');
		const read = async () => await collect(await files.getAsStream(fileId));
		await expect(read()).rejects.toThrow('cannot be opened');
	});

	test('a piece of another file', async () => {
		const { files, store } = stage;
		const other = await sealedFile(stage);
		const mixed = Buffer.from(sealed.bytes);
		other.bytes.copy(mixed, sealed.pieces, other.pieces, other.pieces + PIECE);
		const { fileId } = store.put(HERE, mixed);
		await expect(files.getAsBuffer(fileId)).rejects.toThrow('cannot be opened');
	});
});

const short = Buffer.from(`the answer was ${SECRET}`);

test('a sealed file that comes from outside opens to itself, never to a secret', async () => {
	const { files, store } = await openStage();
	const first = await files.store(HERE, short, {});
	const stolen = store.bytesOf(first.fileId);
	for (const location of [HERE, { type: 'custom' as const }]) {
		const { fileId } = await files.store(location, stolen, {});
		expect((await files.getAsBuffer(fileId)).equals(stolen)).toBe(true);
	}
});

test('a file that is moved to another workflow does not open there', async () => {
	const { files, store } = await openStage();
	const { fileId } = await files.store(HERE, short, {});
	const there = { type: 'execution', workflowId: 'w2', executionId: '9' } as const;
	const moved = store.put(there, store.bytesOf(fileId)).fileId;
	await expect(files.getAsBuffer(moved)).rejects.toThrow('another workflow');
});

test('a file of another instance does not open', async () => {
	const { files, elsewhere } = await openStage();
	const { fileId } = await files.store(HERE, short, {});
	await expect((await elsewhere('another')).getAsBuffer(fileId)).rejects.toThrow('another n8n');
});

test('a file does not open when its credential is gone, but to the run that goes on', async () => {
	const { files, facts, elsewhere } = await openStage();
	const { fileId } = await files.store(HERE, short, {});
	facts.credentials.clear();
	await expect((await elsewhere()).getAsBuffer(fileId)).rejects.toThrow('no longer exists');
	expect((await files.getAsBuffer(fileId)).equals(short)).toBe(true);
});

test('a file does not open when no node uses its credential any more', async () => {
	const { files, facts, elsewhere } = await openStage();
	const { fileId } = await files.store(HERE, short, {});
	facts.references.clear();
	await expect((await elsewhere()).getAsBuffer(fileId)).rejects.toThrow(
		'no node of the workflow uses',
	);
});

test('no message names a secret', async () => {
	const { files, facts, elsewhere } = await openStage();
	const { fileId } = await files.store(HERE, short, {});
	facts.credentials.clear();
	const message = await (await elsewhere()).getAsBuffer(fileId).then(() => '', String);
	expect(message).toContain('"token" of the credential with the id c1');
	expect(message).not.toContain(SECRET);
});

function flipped(bytes: Buffer, at: number): Buffer {
	bytes[at] ^= 1;
	return bytes;
}

describe('beside a credential that cannot be searched for', () => {
	const HOSTILE = 'c6';
	const names = { fileName: `${SECRET}.txt`, mimeType: 'text/plain' };

	async function openHostileStage() {
		const stage = await openStage();
		stage.facts.credentials.add(HOSTILE);
		stage.facts.references.get('w1')?.add(HOSTILE);
		stage.guard.parts.known.learn(HOSTILE, 'Bad', [], true);
		stage.guard.runs.get('7')?.family.add([HOSTILE], 'w1');
		return stage;
	}

	test.each([
		['a buffer', () => content],
		['a stream', () => Readable.from([content], { objectMode: false })],
	])('a file from %s is sealed, and opened for the run', async (_form, give) => {
		const { files, store } = await openHostileStage();
		const { fileId } = await files.store(HERE, give(), names);
		const { names: shown } = store.files.get(fileId)!;
		expect(store.bytesOf(fileId).includes(SECRET)).toBe(false);
		expect(JSON.stringify(shown)).not.toContain(SECRET);
		expect((await files.getAsBuffer(fileId)).equals(content)).toBe(true);
		expect(await files.getMetadata(fileId)).toMatchObject({ ...names, fileSize: content.length });
	});

	test('people who look see nothing of it', async () => {
		const { files } = await openHostileStage();
		const { fileId } = await files.store(HERE, Buffer.from(`a ${SECRET} b`), names);
		const seen = await whileViewing(async () => await files.getAsBuffer(fileId));
		expect(seen.toString()).toBe('[sealed: all]');
	});
});
