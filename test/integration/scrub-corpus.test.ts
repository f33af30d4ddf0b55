/**
 * No false alarm on 60 MB of real text: what an installed n8n brings along (sources, documentation,
 * locale and lock files), and generated dumps of hexadecimal, UUIDs and tokens. The secrets are
 * drawn after the corpus is fixed, from a seed that is printed; SCRUB_SEED repeats a run.
 */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createScrubber, type Hit } from '../../src/sealing/scrub';

const LEAST_CHARACTERS = 60e6;
const DUMP_CHARACTERS = 4e6;
const LARGEST_FILE = 8e6;

const root = findInstalledN8n();

/** An installed n8n: SCRUB_CORPUS, or the newest of those that the end-to-end tests keep. */
function findInstalledN8n(): string | null {
	const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'n8n-nodes-sealbox');
	const kept = existsSync(cache)
		? readdirSync(cache)
				.sort()
				.map((name) => join(cache, name))
		: [];
	const candidates = [process.env.SCRUB_CORPUS ?? '', ...kept];
	return candidates.find((folder) => existsSync(join(folder, 'node_modules', 'n8n'))) ?? null;
}

/** n8n's own packages first, then whatever else is installed, until it is enough. */
function* corpusFiles(folder: string): Generator<string> {
	const modules = join(folder, 'node_modules');
	for (const name of ['package-lock.json', 'node_modules/.package-lock.json', 'pnpm-lock.yaml']) {
		if (existsSync(join(folder, name))) yield join(folder, name);
	}
	const names = readdirSync(modules).filter((name) => !name.startsWith('.'));
	const own = names.filter((name) => name === '@n8n' || name.startsWith('n8n'));
	for (const name of [...own, ...names.filter((other) => !own.includes(other))]) {
		yield* textFiles(join(modules, name));
	}
}

function* textFiles(path: string): Generator<string> {
	for (const entry of readdirSync(path, { withFileTypes: true })) {
		const inner = join(path, entry.name);
		if (entry.isDirectory()) yield* textFiles(inner);
		else if (/\.(js|mjs|cjs|json|md|ts|html|css|ya?ml|txt|map)$/.test(entry.name)) yield inner;
	}
}

function readCorpus(folder: string): string[] {
	const texts: string[] = [];
	let characters = 0;
	for (const file of corpusFiles(folder)) {
		if (statSync(file).size > LARGEST_FILE) continue;
		const text = readFileSync(file, 'utf8');
		texts.push(text);
		characters += text.length;
		if (characters >= LEAST_CHARACTERS) break;
	}
	return texts;
}

/** An endless stream of bytes that a seed determines. */
function bytesFrom(seed: string): (length: number) => Buffer {
	let count = 0;
	return (length) => {
		const blocks: Buffer[] = [];
		for (let got = 0; got < length; got += 64) {
			blocks.push(createHash('sha512').update(`${seed}:${count++}`).digest());
		}
		return Buffer.concat(blocks).subarray(0, length);
	};
}

const uuidOf = (bytes: Buffer): string =>
	bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

const jwtOf = (take: (length: number) => Buffer): string =>
	[
		{ alg: 'HS256', typ: 'JWT' },
		{ iss: 'https://login.example.com/', sub: uuidOf(take(16)) },
	]
		.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
		.concat(take(32).toString('base64url'))
		.join('.');

function dumps(take: (length: number) => Buffer): string[] {
	const lines = (line: () => string): string => {
		const parts: string[] = [];
		for (let length = 0; length < DUMP_CHARACTERS; length += parts.at(-1)!.length)
			parts.push(line());
		return parts.join('\n');
	};
	return [
		lines(() =>
			take(1024)
				.toString('hex')
				.replace(/(..)(?=.)/g, '$1 '),
		),
		lines(() => take(32).toString('hex')),
		lines(() => `{"id":"${uuidOf(take(16))}","n":${take(6).readUIntBE(0, 6)}}`),
		lines(() => `Authorization: Bearer ${jwtOf(take)}`),
	];
}

const test60MB = root === null ? test.skip : test;
if (root === null) {
	process.stdout.write(
		'scrub corpus: skipped, no n8n is installed; run the end-to-end tests once or set SCRUB_CORPUS to a folder with node_modules/n8n.\n',
	);
}

test60MB(
	'900 random secrets give no false alarm on 60 MB of real text',
	() => {
		const corpus = [...readCorpus(root!), ...dumps(randomBytes)];
		const characters = corpus.reduce((sum, { length }) => sum + length, 0);
		const seed = process.env.SCRUB_SEED ?? randomBytes(8).toString('hex');
		const take = bytesFrom(seed);
		const draw = (count: number, one: () => string): string[] => Array.from({ length: count }, one);
		const values = [
			...draw(300, () => take(18 + (take(1)[0] % 30)).toString('base64')),
			...draw(300, () => take(16 + (take(1)[0] % 17)).toString('hex')),
			...draw(280, () => uuidOf(take(16))),
			...draw(20, () => jwtOf(take)),
		];
		const hits: Hit[] = [];
		const scrubber = createScrubber(
			values.map((value, i) => ({ name: `n${i}`, value })),
			{ replace: (hit) => (hits.push(hit), '[sealed]') },
		);
		let dirty = 0;
		for (const text of corpus) if (scrubber.text(text) !== text) dirty++;
		process.stdout.write(
			`scrub corpus: seed ${seed}, ${(characters / 1e6).toFixed(0)} million characters in ${corpus.length} texts, ${hits.length} false alarms\n`,
		);
		expect(characters).toBeGreaterThan(LEAST_CHARACTERS);
		expect(hits).toEqual([]);
		expect(dirty).toBe(0);
		// The same scrubber is not simply blind.
		for (const value of values) expect(scrubber.text(`x ${value} y`)).toBe('x [sealed] y');
	},
	90_000,
);
