/** Opening inverts sealing, whatever stands in an item and wherever a secret stands in it. */
import fc from 'fast-check';
import { tokensIn } from '../../../../src/sealing/sealedToken';
import { openRoom, runDataOf, stored } from '../room';
import { runs } from '../../../runs';

const SECRETS = [
	'hunter-of-7-seas!',
	'p@ss"w\\ord<9>&z',
	'sk_live_51Habcdefgh',
	'main',
	'json',
	'12345678',
	'ünïcödé-sécrèt-9',
];
const room = openRoom(SECRETS);

/** Text that a hostile hand writes: secrets in many forms, lookalikes, placeholders, odd units. */
const encoded = fc
	.constantFrom(...SECRETS)
	.chain((secret) =>
		fc.constantFrom(
			secret,
			JSON.stringify(secret).slice(1, -1),
			encodeURIComponent(secret),
			Buffer.from(secret).toString('hex'),
			Buffer.from(secret).toString('base64'),
			Buffer.from(`x${secret}`).toString('base64url'),
			[...secret].reverse().join(''),
			secret.slice(1),
			secret.toUpperCase(),
		),
	);
const lookalike = fc.constantFrom(
	'sealed.v1.',
	'sealed.v1.a.b.cccc.',
	'sealed.v1.-.text.AAAA.',
	'sealed.v1.sealed.v1.',
	'sealed.v1',
	'ealed.v1.',
	'SEALED.V1.',
	'.',
);
const odd = fc.constantFrom(
	'\uE0000\uE001',
	'\uE0001\uE001',
	'\uE000',
	'\uE001',
	'\uD800',
	'\uDC00',
	'\0',
);
const piece = fc.oneof(encoded, lookalike, odd, fc.string({ unit: 'binary', maxLength: 8 }));
const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
const key = fc.oneof(
	text,
	fc.constantFrom(
		'__proto__',
		'constructor',
		'toJSON',
		'length',
		'0',
		'1',
		'sealed',
		'json',
		'data',
	),
);
const codes = fc.constantFrom(...SECRETS).map((secret) => [...Buffer.from(secret)]);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
	value: fc.oneof(
		{ maxDepth: 4, withCrossShrink: true },
		text,
		fc.constantFrom(null, true, 0, -1, 1.5, 12345678),
		codes,
		fc.array(tie('value'), { maxLength: 5 }),
		fc
			.array(fc.tuple(key, tie('value')), { maxLength: 5 })
			.map((entries) => JSON.parse(JSON.stringify(Object.fromEntries(entries))) as unknown),
	),
}));
const item = fc.record(
	{ json: value, pairedItem: fc.constantFrom({ item: 0 }, 12345678), error: value },
	{ requiredKeys: ['json'] },
);

test('opening gives back run data exactly as it was, whatever stands in its items', async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(item, { maxLength: 6 }), async (items) => {
			const run = await room.run();
			const data = stored(runDataOf(items));
			const before = JSON.stringify(data);
			const sealed = room.guard.sealRunData(run, data);
			expect(JSON.stringify(data)).toBe(before);
			const read = stored(sealed);
			expect(await room.guard.opener.open(run, read)).toBeNull();
			expect(JSON.stringify(read)).toBe(before);
		}),
		runs(400),
	);
});

test('no sealed text holds a secret that may be searched for in running text', async () => {
	const strong = SECRETS.filter((secret) => secret.length > 8);
	await fc.assert(
		fc.asyncProperty(fc.array(item, { maxLength: 6 }), async (items) => {
			const sealed = room.guard.sealRunData(await room.run(), stored(runDataOf(items)));
			const text = JSON.stringify(sealed);
			expect(strong.filter((secret) => text.includes(JSON.stringify(secret).slice(1, -1)))).toEqual(
				[],
			);
		}),
		runs(200),
	);
});

test('whatever looks like a token in sealed data is one of ours', async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(item, { maxLength: 6 }), async (items) => {
			const run = await room.run();
			const sealed = room.guard.sealRunData(run, stored(runDataOf(items)));
			const text = JSON.stringify(sealed);
			const tokens = await room.guard.parts.tokens;
			const strangers = tokensIn(text).filter((token) => !tokens.openOrNull(token, run.workflowId));
			expect(strangers).toEqual([]);
			expect(text.split('sealed.v1.').length - 1).toBe(tokensIn(text).length);
		}),
		runs(200),
	);
});

test('items stay records with records in them, and keep their links', async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(item, { minLength: 1, maxLength: 6 }), async (items) => {
			const sealed = room.guard.sealRunData(await room.run(), stored(runDataOf(items)));
			const after = sealed.resultData.runData.Fetch[0].data.main[0] as typeof items;
			items.forEach((before, i) => {
				expect(after[i].pairedItem).toEqual(before.pairedItem);
				const isRecord = typeof before.json === 'object' && before.json !== null;
				if (isRecord && !Array.isArray(before.json)) expect(after[i].json).toBeInstanceOf(Object);
			});
		}),
		runs(100),
	);
});
