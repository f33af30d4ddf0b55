import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate with its private key, both PEM. */
export interface Identity {
	readonly certificate: string;
	readonly key: string;
}

export interface Subject {
	name: string;
	/** Values of subjectAltName, for instance `DNS:localhost` or `IP:127.0.0.1`. */
	alternatives?: string[];
	/** Ended yesterday. */
	expired?: boolean;
}

const EC_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
const DAY_MS = 86_400_000;

/** A certificate authority of its own, made by openssl for one test run and kept in memory. */
export class Authority {
	readonly certificate: string;
	readonly #key: string;

	constructor(name: string) {
		const self = inFolder((folder) => {
			openssl(folder, 'req', '-x509', ...EC_KEY, '-subj', `/CN=${name}`, ...output());
			return read(folder);
		});
		this.certificate = self.certificate;
		this.#key = self.key;
	}

	issue({ name, alternatives = [`DNS:${name}`], expired = false }: Subject): Identity {
		return inFolder((folder) => {
			const file = (base: string, text: string) => writeFileSync(join(folder, base), text);
			file('ca.pem', this.certificate);
			file('ca.key', this.#key);
			file('index.txt', '');
			file('ca.cnf', CA_CONFIG.replace('ALTERNATIVES', alternatives.join(',')));
			openssl(
				folder,
				'req',
				'-new',
				...EC_KEY,
				'-subj',
				`/CN=${name}`,
				'-keyout',
				'own.key',
				'-out',
				'own.csr',
			);
			const [from, to] = expired ? [-10, -1] : [-1, 2];
			openssl(
				folder,
				'ca',
				'-batch',
				'-config',
				'ca.cnf',
				'-startdate',
				day(from),
				'-enddate',
				day(to),
				'-in',
				'own.csr',
				'-out',
				'own.pem',
			);
			return read(folder);
		});
	}
}

const CA_CONFIG = `
[ca]
default_ca = here
[here]
database = index.txt
new_certs_dir = .
certificate = ca.pem
private_key = ca.key
default_md = sha256
rand_serial = yes
policy = any
x509_extensions = leaf
[any]
commonName = supplied
[leaf]
basicConstraints = CA:FALSE
subjectAltName = ALTERNATIVES
`;

const output = () => ['-keyout', 'own.key', '-out', 'own.pem'];

/** ASN.1 UTCTime of a day counted from today. */
const day = (offset: number): string =>
	`${new Date(Date.now() + offset * DAY_MS).toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`;

function openssl(folder: string, ...args: string[]): void {
	execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
}

function read(folder: string): Identity {
	const pem = readFileSync(join(folder, 'own.pem'), 'utf8');
	return {
		certificate: pem.slice(pem.indexOf('-----BEGIN')),
		key: readFileSync(join(folder, 'own.key'), 'utf8'),
	};
}

function inFolder<T>(work: (folder: string) => T): T {
	const folder = mkdtempSync(join(tmpdir(), 'sealbox-certificates-'));
	try {
		return work(folder);
	} finally {
		rmSync(folder, { recursive: true });
	}
}
