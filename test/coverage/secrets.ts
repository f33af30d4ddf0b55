import { ecPem, ed25519Pem, rsaPem, shortEcPem } from './keys';
import {
	ALPHANUMERIC,
	between,
	drawn,
	HEX,
	LETTERS,
	pick,
	randomBytes,
	seededRandom,
	seedOf,
	type Random,
} from './random';

export interface NamedSecret {
	readonly name: string;
	readonly value: string;
}

const alnum = (random: Random, length: number): string => drawn(random, ALPHANUMERIC, length);

/** Base64 of random bytes that holds at least one `+` and one `/`, as long secrets do. */
function base64Like(random: Random, bytes: number): string {
	const text = randomBytes(random, bytes).toString('base64');
	return /\+/.test(text) && /\//.test(text) ? text : base64Like(random, bytes);
}

/** The five classes of the study. */
const STUDY: Record<string, (random: Random) => string> = {
	'plain token': (random) => `sk_live_${alnum(random, 24)}`,
	'base64-looking': (random) => base64Like(random, 33),
	'special characters': (random) =>
		`${alnum(random, 4)}"${alnum(random, 5)}'&<${alnum(random, 4)}>\\${alnum(random, 5)} ` +
		`$${alnum(random, 4)}%${alnum(random, 3)} ${alnum(random, 2)}`,
	'Unicode with emoji': (random) =>
		`pässwörd-${alnum(random, 5)}-漢字-${alnum(random, 5)}-🔑-Zürich${alnum(random, 4)}`,
	'four-line PEM': shortEcPem,
};

const WORDS =
	'amber anchor basalt cactus cedar copper dapple ember falcon fennel garnet hazel iris juniper ' +
	'kettle lantern maple nettle onyx pepper quartz raven saffron thistle umber velvet walnut yarrow';

function passphrase(random: Random): string {
	const word = () => pick(random, WORDS.split(' '));
	const proper = () => word().replace(/^./, (first) => first.toUpperCase());
	return `${proper()}-${word()}; ${word()}, ${proper()}! ${between(random, 10, 99)} ${word()}s? (${word()})`;
}

/** The identifier comes first, so that a cut token shows more than what all tokens share. */
function jwt(random: Random): string {
	const part = (claims: object) => Buffer.from(JSON.stringify(claims)).toString('base64url');
	const payload = { jti: alnum(random, 32), iss: 'https://login.example.com', exp: 1798761600 };
	const signature = randomBytes(random, 32).toString('base64url');
	return `${part({ alg: 'HS256', typ: 'JWT' })}.${part(payload)}.${signature}`;
}

function uuid(random: Random): string {
	const hex = (length: number) => drawn(random, HEX, length);
	return `${hex(8)}-${hex(4)}-4${hex(3)}-${pick(random, '89ab')}${hex(3)}-${hex(12)}`;
}

/** Every printable ASCII punctuation mark once, in random order, among letters. */
function generatedPassword(random: Random): string {
	const marks = Array.from('!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~');
	const pieces = marks
		.map((mark) => ({ mark, rank: random() }))
		.sort((a, b) => a.rank - b.rank)
		.map(({ mark }) => alnum(random, between(random, 0, 2)) + mark);
	return `${alnum(random, 2)}${pieces.join('')}${alnum(random, 2)}`;
}

/** The key file as people paste it into a credential field: the whole document. */
function serviceAccount(random: Random): string {
	const name = `${drawn(random, LETTERS, 7)}@${drawn(random, LETTERS, 9)}.iam.gserviceaccount.com`;
	return JSON.stringify(
		{
			type: 'service_account',
			project_id: drawn(random, LETTERS, 9),
			private_key_id: drawn(random, HEX, 40),
			private_key: rsaPem(random, 'pkcs8'),
			client_email: name,
			client_id: drawn(random, '0123456789', 21),
			token_uri: 'https://oauth2.googleapis.com/token',
		},
		null,
		2,
	);
}

const CYRILLIC = 'абвгдежзийклмнопрстуфхцчшщыэюяАБВГДЕЖЗИКЛМНПРСТ';

const FURTHER: Record<string, (random: Random) => string> = {
	UUID: uuid,
	'long hex': (random) => drawn(random, HEX, 64),
	JWT: jwt,
	'AWS secret key': (random) => base64Like(random, 30),
	passphrase,
	'200-character token': (random) => alnum(random, 200),
	'Windows path': (random) =>
		`C:\\Users\\svc-${alnum(random, 5)}\\new\\token\\${alnum(random, 8)}\\u00${alnum(random, 6)}.pfx`,
	'padded key': (random) => base64Like(random, 64),
	'generated password': generatedPassword,
	'Cyrillic password': (random) =>
		`${drawn(random, CYRILLIC, 9)}-${drawn(random, CYRILLIC, 6)}${between(random, 100, 999)}`,
	'EC PEM': ecPem,
	'RSA PEM': (random) => rsaPem(random, 'pkcs1').trimEnd(),
	'Ed25519 PEM, newline at its end': ed25519Pem,
	'service-account JSON': serviceAccount,
};

const drawAll = (makers: typeof STUDY, seed: number): NamedSecret[] =>
	Object.entries(makers).map(([name, make]) => ({
		name,
		value: make(seededRandom(seedOf(seed, name))),
	}));

/** Fresh secrets of the five classes of the study. */
export const studySecrets = (seed: number): NamedSecret[] => drawAll(STUDY, seed);

/** Fresh secrets of the classes that the study does not have. */
export const furtherSecrets = (seed: number): NamedSecret[] => drawAll(FURTHER, seed);
