import { createHash } from 'node:crypto';
import { ByteSource } from '../../src/host/guard/files/byteSource';
import { SealedContent } from '../../src/host/guard/files/sealedContent';
import { FileSeals } from '../../src/host/guard/files/seals';
import { fileKey, sealHead, sealPiece } from '../../src/sealing/sealedFile';
import { ready } from '../../src/sealing/sodium';
import { openFrameAsDocumented } from './documentedFrame';
import vectors from './vectors/file-v1.json';

beforeAll(() => ready);

const key = Uint8Array.from(Buffer.from(vectors.key, 'hex'));

describe.each(vectors.cases)(
	'frozen file: $name',
	({ instance, header, index, content, sealed }) => {
		const bytes = Buffer.from(sealed, 'base64');

		test('opens', async () => {
			const seals = new FileSeals(fileKey(key), instance);
			const file = await SealedContent.read(seals, new ByteSource(bytes));
			expect(file.header).toEqual(header);
			expect(file.index).toEqual(index);
			const pieces: Buffer[] = [];
			for await (const piece of file.plain()) pieces.push(piece);
			expect(Buffer.concat(pieces).toString('hex')).toBe(content);
		});

		test('opens for a reader written from docs/format.md with libsodium alone', () => {
			const opened = readAsDocumented(bytes, instance);
			expect(opened.header).toEqual(header);
			expect(opened.index).toEqual(index);
			expect(opened.content.toString('hex')).toBe(content);
		});
	},
);

test('a file of several pieces opens for the reader written from docs/format.md', () => {
	const content = Buffer.alloc(400_000, 'of several pieces ');
	const place = { instance: 'i', workflow: 'w', file: 'ab'.repeat(16) };
	const { workflow, file } = place;
	const header = { file, workflow, size: content.length, isNamed: false, secrets: [] };
	const pieces = [0, 1, 2].map((number) =>
		sealPiece(
			fileKey(key),
			place,
			number,
			number === 2,
			content.subarray(number * 196_608, (number + 1) * 196_608),
		),
	);
	const bytes = Buffer.concat([sealHead(fileKey(key), 'i', header, '{}'), ...pieces]);
	expect(bytes.length % 256).toBe(0);
	expect(readAsDocumented(bytes, 'i').content.equals(content)).toBe(true);
});

/** Shares no code with src/: the format as its document tells it. */
function readAsDocumented(bytes: Buffer, instance: string) {
	let at = 0;
	const take = (length: number) => bytes.subarray(at, (at += length));
	if (take(16).toString() !== 'sealbox.file.v1\n') throw new Error('another magic');
	const headerBytes = take(take(4).readUInt32BE());
	const header = JSON.parse(headerBytes.toString()) as { workflow: string; file: string };
	const open = (frame: Buffer, ...context: string[]) =>
		openFrameAsDocumented(frame, {
			key,
			kdfContext: 'sbx-file',
			purpose: 'sealbox/file/v1',
			context: [instance, header.workflow, header.file, ...context],
		});
	const digest = createHash('sha256').update(headerBytes).digest('hex');
	const index = JSON.parse(
		open(take(take(4).readUInt32BE()), 'index', digest).toString(),
	) as object;
	const pieces: Buffer[] = [];
	for (let number = 0; at < bytes.length; number++) {
		const frame = take(196_686);
		const last = at >= bytes.length ? 'last' : 'more';
		pieces.push(open(frame, 'piece', String(number), last));
	}
	return { header, index, content: Buffer.concat(pieces) };
}
