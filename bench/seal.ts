/**
 * Sealing and opening 256 bytes against bare libsodium, in one run. `node bench/seal.ts` prints it.
 * Build first: the shipped code is measured.
 */
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

type Sealbox = typeof import('../src/index.ts');
type Sodium = typeof import('../src/vendor/libsodium.ts').sodium;

const BYTES = 256;
const ROUNDS = 15;
const ROUND_US = 25_000;
const load = createRequire(resolve('bench/seal.ts'));

interface Row {
	readonly what: string;
	readonly run: () => unknown;
}

/** A Markdown section: each bare way beside ours, median of 15 interleaved rounds. */
export async function benchSeal(): Promise<string> {
	const sealbox = load('../index.js') as Sealbox;
	const { sodium } = load('../dist/vendor/libsodium.js') as { sodium: Sodium };
	await sealbox.ready;
	const { sealing, opening } = rows(sealbox, sodium);
	return [
		`## Seal and open ${BYTES} bytes`,
		'',
		table('seal', sealing),
		'',
		table('open', opening),
		'',
		'A bare call takes bytes and gives bytes; ours also commits to the key, pads, and writes or ' +
			'reads text. The first row of each table is the cipher alone, with a nonce that lies ' +
			'ready, which is faster than any use of it can be. The other rows do those parts of the ' +
			'job that no use can go without: a fresh nonce, and text that fits into an item.',
	].join('\n');
}

function rows(sealbox: Sealbox, sodium: Sodium): Record<'sealing' | 'opening', Row[]> {
	const keyset = sealbox.generateKeyset();
	const context = ['workflow', 'field'];
	const value = sodium.randombytes_buf(BYTES);
	const key = sodium.randombytes_buf(32);
	const nonce = sodium.randombytes_buf(24);
	const associated = Buffer.from(context.join());
	const encrypt = (fresh: Uint8Array) =>
		sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(value, associated, null, fresh, key);
	const decrypt = (bytes: Uint8Array) =>
		sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, bytes, associated, nonce, key);
	const bytes = encrypt(nonce);
	const text = sodium.to_base64(bytes);
	const envelope = sealbox.seal(value, keyset, context);
	const drawn = new Uint8Array(24);
	return {
		sealing: [
			{ what: 'Sealbox `seal`', run: () => sealbox.seal(value, keyset, context) },
			{ what: 'libsodium, cipher alone', run: () => encrypt(nonce) },
			{
				what: 'libsodium, nonce from Node',
				run: () => encrypt(crypto.getRandomValues(drawn)),
			},
			{ what: 'libsodium, its own nonce', run: () => encrypt(sodium.randombytes_buf(24)) },
			{
				what: 'libsodium, its own nonce and base64',
				run: () => sodium.to_base64(encrypt(sodium.randombytes_buf(24))),
			},
		],
		opening: [
			{ what: 'Sealbox `open`', run: () => sealbox.open(envelope, keyset, context) },
			{ what: 'libsodium, cipher alone', run: () => decrypt(bytes) },
			{ what: 'libsodium, its own base64', run: () => decrypt(sodium.from_base64(text)) },
		],
	};
}

function table(verb: string, [ours, ...bare]: Row[]): string {
	const times = mediansOf([ours, ...bare]);
	const lines = bare.map(({ what }, index) => {
		const ratio = Math.round((100 * times[index + 1]) / times[0]);
		return `| ${what} | ${times[index + 1].toFixed(2)} | ${ratio} % |`;
	});
	return [
		`| ${verb} | µs | speed of ours against it (budget ≥ 90 %, ours ≤ 20 µs) |`,
		'|---|---|---|',
		`| **${ours.what}** | **${times[0].toFixed(2)}** | |`,
		...lines,
	].join('\n');
}

/** Microseconds per call; the rows take turns, so that a busy moment hits all of them. */
function mediansOf(all: Row[]): number[] {
	const samples = all.map((): number[] => []);
	const calls = all.map(({ run }) => Math.ceil(ROUND_US / timeOf(run, 2000)));
	for (let round = 0; round < ROUNDS; round++) {
		all.forEach(({ run }, index) => samples[index].push(timeOf(run, calls[index])));
	}
	return samples.map((times) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)]);
}

function timeOf(run: () => unknown, calls: number): number {
	const started = process.hrtime.bigint();
	for (let call = 0; call < calls; call++) run();
	return Number(process.hrtime.bigint() - started) / 1000 / calls;
}

if (process.argv[1]?.endsWith('bench/seal.ts')) {
	void benchSeal().then((section) => console.log(section));
}
