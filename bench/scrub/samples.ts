import { randomBytes } from 'node:crypto';

/** Data and secrets for the scrubber's benchmark: fresh ones for each run. */

export interface Needle {
	readonly name: string;
	readonly value: string;
}

const WORDS =
	'retry quota upload mirror invoice ticket index cursor webhook import customer order status (pending) shipped delivered; note ok'.split(
		' ',
	);

const below = (limit: number): number => Math.floor(Math.random() * limit);
const hex = (digits: number): string => randomBytes(digits).toString('hex').slice(0, digits);
const phrase = (words: number): string =>
	Array.from({ length: words }, () => WORDS[below(WORDS.length)]).join(' ');

export const token = (length: number): string =>
	randomBytes(length * 2)
		.toString('base64')
		.replace(/[+/=]/g, '')
		.slice(0, length);

/** Random secrets of 20 to 60 characters. */
export const randomNeedles = (count: number): Needle[] =>
	Array.from({ length: count }, (_, index) => ({
		name: `secret ${index}`,
		value: token(20 + below(41)),
	}));

/** Makes the item of an index; where `secret` is given, it stands in the item. */
type Make = (index: number, secret: string | null) => object;

const LEAK_EVERY_BYTES = 20_000;

/** Items, `bytes` of JSON in all, with a secret about every 20 KB. */
function itemsOf(bytes: number, needles: readonly Needle[], make: Make): object[] {
	const items: object[] = [];
	let nextLeak = 0;
	for (let size = 0; size < bytes; ) {
		const isLeaking = size >= nextLeak;
		if (isLeaking) nextLeak += LEAK_EVERY_BYTES;
		const item = make(items.length, isLeaking ? needles[below(needles.length)].value : null);
		size += JSON.stringify(item).length + 1;
		items.push(item);
	}
	return items;
}

/** Items with sentences in them, as mail, tickets and chats bring. */
export const textItems = (bytes: number, needles: readonly Needle[]): object[] =>
	itemsOf(bytes, needles, (index, secret) => ({
		json: {
			id: `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
			name: phrase(2),
			email: `${WORDS[below(9)]}@example.com`,
			createdAt: new Date(1_700_000_000_000 + below(100_000_000_000)).toISOString(),
			amount: below(10_000),
			active: Math.random() < 0.5,
			note: secret === null ? phrase(20) : `${phrase(9)} ${secret}`,
			tags: [WORDS[below(9)], WORDS[below(9)]],
			url: `https://example.com/${hex(6)}?page=2&limit=50`,
		},
		pairedItem: { item: index },
	}));

/** Items as most services answer: numbers, switches, short texts, nested. */
export const recordItems = (bytes: number, needles: readonly Needle[]): object[] =>
	itemsOf(bytes, needles, (index, secret) => ({
		json: {
			id: below(1_000_000_000),
			amount: below(1_000_000),
			balance: Math.random() * 10_000,
			billing: {
				city: 'Zürich',
				country: 'CH',
				line1: 'Bahnhofstrasse 1',
				line2: null,
				zip: '8001',
			},
			captured: true,
			created: 1_700_000_000 + below(100_000_000),
			customer: `cus_${hex(14)}`,
			description: secret ?? `Order #${below(100_000)}`,
			failure: null,
			outcome: { network: 'approved_by_network', risk: 'normal', score: below(100) },
			place: { lat: 47.3 + Math.random(), lng: 8.5 + Math.random() },
			positions: Array.from({ length: 3 }, () => ({
				sku: `A-${below(10_000)}`,
				quantity: below(9),
				price: below(10_000) / 100,
			})),
			status: 'succeeded',
			tags: ['new', 'vip'],
		},
		pairedItem: { item: index },
	}));

const MEGABYTE = 1_000_000;
const repeated = (text: string): string => text.repeat(Math.ceil(MEGABYTE / text.length));
const generated = (make: () => string): string => {
	const parts: string[] = [];
	for (let size = 0; size < MEGABYTE; size += parts[parts.length - 1].length) parts.push(make());
	return parts.join('');
};

/** A megabyte each of text that is made to be slow, for these needles. */
export function hostileTexts(needles: readonly Needle[]): Record<string, string> {
	const header = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url');
	const some = () => needles[below(needles.length)].value;
	return {
		'ordinary items': JSON.stringify(textItems(MEGABYTE, needles)),
		'other tokens of the same kind': generated(() => `${token(40)} `),
		'other JWTs': generated(() => `${header}.${token(80)}.${token(43)} `),
		'beginnings of the secrets': generated(() => `${some().slice(0, 7)} `),
		'endings of the secrets': generated(() => `${some().slice(-7)} `),
		'one letter': repeated('a'),
		'base64 lines': generated(() => `${randomBytes(57).toString('base64')}\n`),
		'hexadecimal digits': generated(() => hex(64)),
		'byte dumps': generated(
			() => `${hex(8)}  ${hex(32).replace(/../g, '$& ')} |................|\n`,
		),
		'escape sequences': repeated('\\u0061\\x62%63&#100;'),
		backslashes: repeated('\\'),
		'percent signs': repeated('%25'),
		'headers of gzip': repeated('H4sIAAAAAAAAA6tWAAAAAAAAAAAAAAA '),
	};
}
