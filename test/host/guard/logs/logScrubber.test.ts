import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { LogScrubber } from '../../../../src/host/guard/logs/logScrubber';
import { freshScrubber, readyScrubber, Secrets, Tasks } from './secrets';

const SECRET = 'kT9"vw/4Qz+ß8LmXr2';
const OTHER = 'zR7-pL2_hW5xJc8eKs';

const spellings: Array<[string, string]> = [
	['plain', SECRET],
	['JSON', JSON.stringify(SECRET).slice(1, -1)],
	['URL', encodeURIComponent(SECRET)],
	['hex', Buffer.from(SECRET).toString('hex')],
	['base64', Buffer.from(`user:${SECRET}`).toString('base64')],
	['base64, shifted by one', Buffer.from(`usr1:${SECRET}`).toString('base64')],
	['HTML', SECRET.replace('"', '&quot;')],
];

describe.each([
	['a value that has just been learned', freshScrubber],
	['a value that is indexed', readyScrubber],
])('%s', (_, make) => {
	test.each(spellings)('is taken out of a line when it is written %s', (_form, written) => {
		const out = make([SECRET, OTHER]).text(`before ${written} after\n`);
		expect(out).not.toContain(written.slice(4, -4));
		expect(out).toMatch(/^before \S*\[sealed\]\S* after\n$/);
	});

	test('leaves a line without it as it is', () => {
		expect(make([SECRET, OTHER]).text('nothing to see\n')).toBe('nothing to see\n');
	});

	test('is taken out with another that overlaps it', () => {
		const [one, two] = ['abcdefGH1234567890', '1234567890ijKLmnop'];
		expect(make([one, two]).text('<abcdefGH1234567890ijKLmnop>')).toBe('<[sealed]>');
	});

	test('is taken out line by line when it is a private key', () => {
		const { privateKey } = generateKeyPairSync('rsa', {
			modulusLength: 2048,
			privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
			publicKeyEncoding: { type: 'spki', format: 'pem' },
		});
		const scrubber = make([privateKey]);
		const lines = privateKey.trim().split('\n').slice(2, -1);
		for (const line of lines) expect(scrubber.text(`${line}\n`)).not.toContain(line.slice(4, -4));
	});
});

test('the placeholder names neither the credential nor its field', () => {
	expect(readyScrubber([SECRET]).text(SECRET)).toBe('[sealed]');
});

test('a value that is a common word is replaced only where it is a whole line', () => {
	const scrubber = readyScrubber(['postgres', 'success']);
	expect(scrubber.text('postgres\nconnected to postgres with success\nsuccess\r\n')).toBe(
		'[sealed]\nconnected to postgres with success\n[sealed]\r\n',
	);
});

test('an empty value is no secret', () => {
	expect(readyScrubber(['']).text('a line\n')).toBe('a line\n');
});

test('a value learned later is searched for at once', () => {
	const secrets = new Secrets([SECRET]);
	const scrubber = new LogScrubber(secrets, () => undefined);
	expect(scrubber.text(OTHER)).toBe(OTHER);
	secrets.set([SECRET, OTHER]);
	expect(scrubber.text(OTHER)).toBe('[sealed]');
	expect(scrubber.text(`${OTHER} ${SECRET}`)).toBe('[sealed] [sealed]');
});

test('a spelling that the index alone knows is found once it is built, in a text seen before', () => {
	const tasks = new Tasks();
	const scrubber = new LogScrubber(new Secrets([SECRET]), tasks.later);
	const spelled = [...Buffer.from(SECRET)].map((byte) => byte.toString(16)).join(' ');
	expect(scrubber.text(spelled)).toBe(spelled);
	tasks.run();
	expect(scrubber.text(spelled)).toBe('[sealed]');
});

test('a value that is gone is no longer searched for once the index is built again', () => {
	const tasks = new Tasks();
	const secrets = new Secrets([SECRET, OTHER]);
	const scrubber = new LogScrubber(secrets, tasks.later);
	scrubber.text('x');
	tasks.run();
	secrets.set([SECRET]);
	scrubber.text('x');
	tasks.run();
	expect(scrubber.text(`${OTHER} ${SECRET}`)).toBe(`${OTHER} [sealed]`);
});

test('two values that share a spelling are forgotten one by one', () => {
	const secrets = new Secrets([SECRET, `${SECRET} `]);
	const scrubber = new LogScrubber(secrets, () => undefined);
	scrubber.text('x');
	secrets.set([SECRET]);
	expect(scrubber.text(`<${SECRET}>`)).toBe('<[sealed]>');
});

test('the secrets are read once for each generation, not for each line', () => {
	const secrets = new Secrets([SECRET]);
	const scrubber = new LogScrubber(secrets, () => undefined);
	for (let i = 0; i < 100; i++) scrubber.text('a line\n');
	secrets.set([SECRET, OTHER]);
	for (let i = 0; i < 100; i++) scrubber.text('a line\n');
	expect(secrets.asked).toBe(2);
});

test('many values are indexed in many small steps, and a new one costs a single step', () => {
	const tasks = new Tasks();
	const values = Array.from({ length: 300 }, () => randomBytes(30).toString('base64url'));
	const secrets = new Secrets(values);
	const scrubber = new LogScrubber(secrets, tasks.later);
	scrubber.text('x');
	expect(tasks.run()).toBe(3);
	secrets.set([...values, SECRET]);
	scrubber.text('x');
	expect(tasks.run()).toBe(1);
	for (const value of values) expect(scrubber.text(`x${value}x`)).toBe('x[sealed]x');
});

test('values that come one by one are indexed together, and a backlog is worked off swiftly', () => {
	const tasks = new Tasks();
	const secrets = new Secrets([]);
	const scrubber = new LogScrubber(secrets, tasks.later);
	const values = Array.from({ length: 120 }, () => randomBytes(30).toString('base64url'));
	for (let count = 1; count <= values.length; count++) {
		secrets.set(values.slice(0, count));
		expect(scrubber.text(values[count - 1])).toBe('[sealed]');
	}
	expect(tasks.run()).toBe(2);
	const [first, second] = tasks.delays;
	expect(first).toBeGreaterThanOrEqual(1_000);
	expect(second).toBeLessThan(100);
});

test('values beyond what is indexed, by number or by length, are still searched for', () => {
	const tasks = new Tasks();
	const many = Array.from({ length: 300 }, () => randomBytes(30).toString('base64url'));
	const long = randomBytes(30_000).toString('base64');
	const scrubber = new LogScrubber(new Secrets([...many, long]), tasks.later, 8_000);
	scrubber.text('x');
	expect(tasks.run()).toBe(2);
	expect(scrubber.text(`<${many[299]}> <${long}>\n`)).toBe('<[sealed]> <[sealed]>\n');
	expect(scrubber.text(JSON.stringify({ long }))).toBe('{"long":"[sealed]"}');
});

test('when the secrets cannot be read, the line is withheld and nothing is thrown', () => {
	const broken = {
		generation: 1,
		all: (): never => {
			throw new Error('out of order');
		},
	};
	const scrubber = new LogScrubber(broken, () => undefined);
	expect(scrubber.text('a line with anything in it\n')).toBe('[sealed]\n');
	expect(scrubber.text('no line')).toBe('[sealed]');
});
