import { ALPHANUMERIC, between, drawn, HEX, LETTERS, pick, type Random } from './random';

/** What stands around a leaked secret: random in content and, with it, in length and alignment. */
export interface Scene {
	readonly random: Random;
	readonly user: string;
	readonly host: string;
	readonly port: number;
	readonly id: string;
	readonly time: string;
	readonly word: string;
	readonly phrase: string;
	/** The start of a log line, up to and including a space. */
	readonly log: string;
}

const FIRST = 'alice bob carol deploy n8n svc-backup ci-runner root maria.lopez jo'.split(' ');
const NOUNS = 'retry quota upload mirror invoice ticket index cursor webhook import'.split(' ');
const LEVELS = ['ERROR', 'warn:', '[info]', 'DEBUG', 'level=error'];

export function scene(random: Random): Scene {
	const noun = () => pick(random, NOUNS);
	const pad = (value: number) => String(value).padStart(2, '0');
	const clock = `${pad(between(random, 0, 23))}:${pad(between(random, 0, 59))}`;
	const time = `2026-${pad(between(random, 1, 12))}-${pad(between(random, 1, 28))}T${clock}:07.${between(random, 100, 999)}Z`;
	return {
		random,
		user: pick(random, FIRST) + drawn(random, '0123456789', between(random, 0, 3)),
		host: `${drawn(random, LETTERS, between(random, 3, 9))}.example.${pick(random, ['com', 'org', 'test'])}`,
		port: between(random, 1024, 65535),
		id: drawn(random, HEX, between(random, 7, 12)),
		time,
		word: noun(),
		phrase: Array.from({ length: between(random, 2, 6) }, noun).join(' '),
		log: `${time} ${pick(random, LEVELS)} ${noun()}-${between(random, 1, 40)} `,
	};
}

export const noise = ({ random }: Scene, least: number, most: number): string =>
	drawn(random, ALPHANUMERIC, between(random, least, most));
