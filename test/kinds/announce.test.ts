import { KnownSecrets } from '../../src/host/guard/learn/known';
import { announceMinted, onMinted } from '../../src/kinds/announce';
import { applyCredential } from '../../src/kinds/apply';

type Told = { origin: readonly string[]; minted: readonly string[] };

const told: Told[] = [];
onMinted((origin, minted) => told.push({ origin, minted: minted.map(({ value }) => value) }));
beforeEach(() => told.splice(0));

const request = () => ({ method: 'GET' as const, url: 'https://api.example.test/me' });
const shared = 'a-shared-secret-of-32-characters';

test('a token that is minted for a request is announced, with the secret that it was made of', async () => {
	const fields = { secret: shared, baseUrl: 'https://api.example.test' };
	const { request: sent } = await applyCredential('sealboxJwtApi', fields, request());
	const [, token] = String((sent.headers as Record<string, string>).Authorization).split(' ');
	expect(told).toHaveLength(1);
	expect(told[0].minted).toContain(token);
	expect(told[0].origin).toContain(shared);
});

test('a login is announced as it travels', async () => {
	const fields = {
		user: 'somebody',
		password: 'the-password-9',
		baseUrl: 'https://api.example.test',
	};
	await applyCredential('sealboxBasicAuthApi', fields, request());
	const pair = 'somebody:the-password-9';
	expect(told[0].minted).toEqual([pair, Buffer.from(pair).toString('base64')]);
});

test('a credential of which nothing is made announces nothing', async () => {
	const fields = { token: shared, baseUrl: 'https://api.example.test' };
	await applyCredential('sealboxBearerApi', fields, request());
	expect(told).toEqual([]);
});

test('a listener that fails keeps nobody from being told, and no request from being made', () => {
	onMinted(() => {
		throw new Error('no');
	});
	announceMinted([shared], [{ name: 'token', value: 'minted' }]);
	expect(told).toEqual([{ origin: [shared], minted: ['minted'] }]);
});

test('what was minted belongs to the credentials that hold what it was made of, and to no other', () => {
	const known = new KnownSecrets(() => 0);
	known.learn('mine', 'Mine', [{ field: 'secret', value: shared }]);
	known.learn('other', 'Other', [{ field: 'secret', value: 'another-secret-of-somebody' }]);
	known.learnMinted([shared], [{ field: 'token', value: 'minted-token-of-mine' }]);
	known.learnMinted(['unknown'], [{ field: 'token', value: 'minted-token-of-nobody' }]);
	const values = (id: string) => known.needlesFor([id]).map(({ value }) => value);
	expect(values('mine').sort()).toEqual([shared, 'minted-token-of-mine'].sort());
	expect(values('other')).toEqual(['another-secret-of-somebody']);
});
