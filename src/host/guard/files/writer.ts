import { Readable } from 'node:stream';
import { FILE_MAGIC, isSealedFile, PIECE_BYTES } from '../../../sealing/sealedFile';
import { tokenField } from '../../../sealing/sealedToken';
import { NeedleSet, type Needle } from '../needles';
import type { Run } from '../runs';
import { ByteSource, piecesOf } from './byteSource';
import type { FileParts } from './fileParts';
import { FileSearch } from './fileSearch';
import { takeIn, type Intake } from './intake';
import type { FileManager, StoredFile } from './manager';
import { harmlessNames, NAMELESS } from './names';
import { peek } from './peek';
import type { FileLocation } from './places';
import type { FileIndex, FileNames, SealedContent } from './sealedContent';
import type { FileSeal } from './seals';

/** Secrets are kept in the index up to this many UTF-16 units each, and in all. */
const [LONGEST_KEPT, MOST_KEPT] = [16_384, 1_000_000];
/** For files that belong to no workflow. */
const NO_NEEDLES = new NeedleSet([]);

/** What is looked for in a file; with `all`, everything in it counts as that. */
interface Sought {
	readonly needles: () => NeedleSet;
	readonly all?: Needle;
}

/** Puts content into stores of files: as it is when no secret is found in it, sealed when one is. */
export class FileWriter {
	constructor(private readonly parts: FileParts) {}

	async store(
		manager: FileManager,
		location: FileLocation,
		content: Buffer | Readable,
		names: FileNames,
	): Promise<StoredFile> {
		const { guard, places } = this.parts;
		const run = await places.runAt(location);
		const needles = () => (run === undefined ? NO_NEEDLES : guard.needles.of(run));
		const all = run && guard.needles.unsearchableIn(run.family);
		if (all === undefined && needles().isEmpty) {
			const { stream, begin } = await beginOf(content);
			if (!isSealedFile(begin)) return await manager.store(location, stream, names);
			return await this.#store(manager, location, stream, names, run, { needles });
		}
		return await this.#store(manager, location, content, names, run, { needles, all });
	}

	/** The same file for another place; `file` is read to its end. */
	async storeCopy(
		manager: FileManager,
		location: FileLocation,
		file: SealedContent,
		stored: FileNames,
	): Promise<StoredFile> {
		const { size, isNamed, secrets } = file.header;
		const seal = await this.#newSeal(location);
		const head = seal.head({ size, isNamed, secrets }, JSON.stringify(file.index));
		const pieces = sealedPieces(seal, file.plain());
		return await manager.store(location, following(head, pieces), stored);
	}

	async #store(
		manager: FileManager,
		location: FileLocation,
		content: Buffer | Readable,
		names: FileNames,
		run: Run | undefined,
		{ needles, all }: Sought,
	): Promise<StoredFile> {
		const shown = all === undefined ? harmlessNames(needles(), names) : NAMELESS;
		const isNamed = shown !== names;
		const seal = await this.#newSeal(location);
		const { guard, mostInMemory } = this.parts;
		const mostBytes = isNamed ? Infinity : (guard.parts.mostFileBytes ?? Infinity);
		const sought = new FileSearch(needles, all);
		const intake = await takeIn(content, seal, sought, { mostBytes, mostInMemory });
		const { search, held, size, isLookalike } = intake;
		try {
			if (search.isClean && !isLookalike && !isNamed) {
				return await manager.store(location, unchanged(content, intake), names);
			}
			const [secrets, index] = indexOf(intake, run, isNamed ? names : undefined);
			const head = seal.head({ size, isNamed, secrets }, JSON.stringify(index));
			const stored = await manager.store(location, following(head, held.sealed()), shown);
			return { ...stored, fileSize: size };
		} finally {
			await held.close();
		}
	}

	async #newSeal(location: FileLocation): Promise<FileSeal> {
		const seals = await this.parts.seals;
		return seals.begin(location.type === 'execution' ? String(location.workflowId) : '');
	}
}

const beginOf = async (content: Buffer | Readable) =>
	Buffer.isBuffer(content)
		? { stream: content, begin: content }
		: await peek(content, FILE_MAGIC.length);

/** Content that was taken in, to be stored as it came. */
function unchanged(content: Buffer | Readable, { held, rest }: Intake): Buffer | Readable {
	if (Buffer.isBuffer(content)) return content;
	return Readable.from(
		(async function* () {
			yield* held.plain();
			for await (const { bytes } of rest ?? []) yield bytes;
		})(),
		{ objectMode: false },
	);
}

const following = (head: Buffer, pieces: AsyncGenerator<Buffer>): Readable =>
	Readable.from(
		(async function* () {
			yield head;
			yield* pieces;
		})(),
		{ objectMode: false },
	);

async function* sealedPieces(
	seal: FileSeal,
	content: AsyncGenerator<Buffer>,
): AsyncGenerator<Buffer> {
	let number = 0;
	for await (const { bytes, isLast } of piecesOf(new ByteSource(content), PIECE_BYTES)) {
		yield seal.seal(number++, isLast, bytes);
	}
}

type Secrets = [credential: string, field: string, via: string][];

function indexOf(
	{ search }: Intake,
	run: Run | undefined,
	names: FileNames | undefined,
): [Secrets, FileIndex] {
	const needles = search.needlesFound();
	const via = ({ credential }: Needle) =>
		run?.family.credentials.get(credential) ?? run?.workflowId ?? '';
	const secrets = needles.map((needle): Secrets[number] => [
		needle.credential,
		tokenField(needle.field),
		via(needle),
	]);
	const ranges = search
		.findings()
		.map(({ start, end, needle }) => [start, end, needle ? needles.indexOf(needle) : -1] as const);
	return [secrets, { values: keptValues(needles), ranges, ...(names && { names }) }];
}

function keptValues(needles: readonly Needle[]): (string | null)[] {
	let units = 0;
	return needles.map(({ value }) => {
		const isKept = value.length <= LONGEST_KEPT && units + value.length <= MOST_KEPT;
		if (isKept) units += value.length;
		return isKept ? value : null;
	});
}
