import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { GuardedManager } from '../../../../src/host/guard/files/guardedManager';
import type {
	FileManager,
	FileMetadata,
	StoredFile,
} from '../../../../src/host/guard/files/manager';
import type { FileLocation, FilePlaces } from '../../../../src/host/guard/files/places';
import type { FileNames } from '../../../../src/host/guard/files/sealedContent';
import type { Guard } from '../../../../src/host/guard/guard';
import { KnownSecrets } from '../../../../src/host/guard/learn/known';
import { fileSealsFor } from '../../../../src/host/guard/tokenKeys';
import { PIECE_BYTES } from '../../../../src/sealing/sealedFile';
import { guardWith } from '../parts';

/** What the credential `c1` holds in these tests. */
export const SECRET = 'kQ7x-hT3vB9z_L2mN5';

/** A store of files that keeps them in memory, as a file system keeps them in folders. */
export class MemoryStore implements FileManager {
	readonly files = new Map<string, { bytes: Buffer; names: FileNames; fileSize: number }>();
	/** What was asked for with `getAsStream`. */
	readonly streams: Readable[] = [];

	async store(location: FileLocation, content: Buffer | Readable, names: FileNames) {
		const bytes = Buffer.isBuffer(content) ? content : await collect(content);
		return this.put(location, bytes, names);
	}

	put(location: FileLocation, bytes: Buffer, names: FileNames = {}): StoredFile {
		const fileId = idAt(location);
		this.files.set(fileId, { bytes, names, fileSize: bytes.length });
		return { fileId, fileSize: bytes.length };
	}

	async copyByFilePath(): Promise<StoredFile> {
		return await Promise.reject(new Error('not expected'));
	}

	async copyByFileId(location: FileLocation, fileId: string): Promise<string> {
		const { bytes, names } = this.files.get(fileId)!;
		return await Promise.resolve(this.put(location, bytes, names).fileId);
	}

	async getAsBuffer(fileId: string): Promise<Buffer> {
		return await Promise.resolve(this.bytesOf(fileId));
	}

	async getAsStream(fileId: string, chunkSize = 65_536): Promise<Readable> {
		const bytes = this.bytesOf(fileId);
		const stream = Readable.from(chunksOf(bytes, chunkSize), { objectMode: false });
		this.streams.push(stream);
		return await Promise.resolve(stream);
	}

	getPath(fileId: string): string {
		return fileId;
	}

	async getMetadata(fileId: string): Promise<FileMetadata> {
		const { names, fileSize } = this.files.get(fileId)!;
		return await Promise.resolve({ ...names, fileSize });
	}

	bytesOf(fileId: string): Buffer {
		return this.files.get(fileId)!.bytes;
	}
}

/** The same in a folder, as n8n keeps files in its regular mode. */
export class FolderStore extends MemoryStore {
	readonly folder = mkdtempSync(join(tmpdir(), 'sealbox-files-'));

	override put(location: FileLocation, bytes: Buffer, names: FileNames = {}): StoredFile {
		const stored = super.put(location, bytes, names);
		mkdirSync(dirname(this.getPath(stored.fileId)), { recursive: true });
		writeFileSync(this.getPath(stored.fileId), bytes);
		return stored;
	}

	override async getAsStream(fileId: string, chunkSize?: number): Promise<Readable> {
		const options = chunkSize === undefined ? {} : { highWaterMark: chunkSize };
		const file = await open(this.getPath(fileId));
		this.streams.push(file.createReadStream(options));
		return this.streams.at(-1)!;
	}

	override getPath(fileId: string): string {
		return join(this.folder, fileId);
	}

	remove(): void {
		rmSync(this.folder, { recursive: true });
	}
}

const idAt = (location: FileLocation): string =>
	location.type === 'execution'
		? `workflows/${location.workflowId}/executions/${location.executionId}/binary_data/${randomUUID()}`
		: `custom/binary_data/${randomUUID()}`;

function* chunksOf(bytes: Buffer, size: number): Generator<Buffer> {
	for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** What the database would say in a test. */
export interface Facts {
	/** Ids of credentials that exist. */
	readonly credentials: Set<string>;
	/** Id of a workflow -> ids of the credentials that it references. */
	readonly references: Map<string, Set<string>>;
}

export interface Stage {
	readonly guard: Guard;
	readonly facts: Facts;
	readonly store: MemoryStore;
	/** The same store as the host sees it. */
	readonly files: GuardedManager;
	/** As another process of the host sees it, that knows of no run. */
	elsewhere(instance?: string): Promise<GuardedManager>;
}

/** A guard over a store, with a workflow `w1` whose run `7` uses the credential `c1`. */
export async function openStage(
	mostFileBytes = Infinity,
	store = new MemoryStore(),
): Promise<Stage> {
	const facts: Facts = {
		credentials: new Set(['c1']),
		references: new Map([['w1', new Set(['c1'])]]),
	};
	const guard = await guardOver(facts, mostFileBytes);
	await guard.runOf('7', { id: 'w1', nodes: [{ credentials: { api: { id: 'c1' } } }] });
	guard.runs.activate('7');
	return {
		guard,
		facts,
		store,
		files: managerOver(guard, store, 'instance'),
		async elsewhere(instance = 'instance') {
			const other = await guardOver(facts, mostFileBytes);
			return managerOver(other, store, instance);
		},
	};
}

async function guardOver(facts: Facts, mostFileBytes: number): Promise<Guard> {
	const known = new KnownSecrets(() => 0);
	known.learn('c1', 'Service', [{ field: 'token', value: SECRET }]);
	return await guardWith({
		mostFileBytes,
		known,
		credentials: {
			learn: async () => undefined,
			exists: (id: string) => facts.credentials.has(id),
		},
		workflows: {
			credentialsOf: async (id: string) => facts.references.get(id) ?? new Set(),
			references: async (id: string, credential: string) =>
				facts.references.get(id)?.has(credential) ?? false,
		},
	});
}

const managerOver = (guard: Guard, store: MemoryStore, instance: string): GuardedManager =>
	new GuardedManager(
		{
			guard,
			places: placesOver(guard),
			seals: fileSealsFor('key of the host', instance),
			mostInMemory: 2 * PIECE_BYTES,
		},
		store,
	);

/** As paths of files say it. */
const placesOver = (guard: Guard): FilePlaces =>
	new FilePlacesOfTest(guard) as unknown as FilePlaces;

class FilePlacesOfTest {
	constructor(private readonly guard: Guard) {}

	async runAt(location: FileLocation) {
		if (location.type !== 'execution') return undefined;
		const { executionId, workflowId } = location;
		return (
			this.guard.runs.get(executionId) ?? (await this.guard.runOf(executionId, { id: workflowId }))
		);
	}

	async of(fileId: string) {
		const [, workflowId = '', executionId] =
			/^workflows\/([^/]+)\/executions\/([^/]+)/.exec(fileId) ?? [];
		return await Promise.resolve({ workflowId, executionId });
	}
}

export async function collect(stream: Readable): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
	return Buffer.concat(chunks);
}

/** Where the run of the stage puts its files. */
export const HERE: FileLocation = { type: 'execution', workflowId: 'w1', executionId: '7' };
