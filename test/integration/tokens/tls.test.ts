import { createServer, type Server } from 'node:https';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { Authority, type Identity } from '../../servers/certificates';
import { listen } from '../../servers/listen';
import { tokens } from '../../servers/tokenService';
import { refusalOf, Room } from './room';

/** A token endpoint over TLS. The numbers are those of the list of faults. */

const known = new Authority('Known to this process');
const trusted = getCACertificates('default');
let room: Room;
let server: Server;
let calls: number;

beforeAll(() => setDefaultCACertificates([...trusted, known.certificate]));
afterAll(() => setDefaultCACertificates(trusted));
beforeEach(async () => {
	room = await Room.open();
	calls = 0;
});
afterEach(async () => {
	await room.close();
	server.closeAllConnections();
	await new Promise((resolve) => server.close(resolve));
});

async function showing({ certificate: cert, key }: Identity): Promise<void> {
	server = createServer({ cert, key }, (_request, response) => {
		calls += 1;
		response.setHeader('content-type', 'application/json').end(JSON.stringify(tokens(1)));
	});
	room.service.url = `https://localhost:${await listen(server)}`;
}

test('a certificate that is in order is believed', async () => {
	await showing(known.issue({ name: 'localhost' }));
	expect((await room.tokens().get(room.grant())).accessToken).toBe('access-1');
	expect(calls).toBe(1);
});

test.each<[string, () => Identity]>([
	['nobody known has signed', () => new Authority('Unknown').issue({ name: 'localhost' })],
	['has expired', () => known.issue({ name: 'localhost', expired: true })],
	['is that of another host', () => known.issue({ name: 'login.example.com' })],
])(
	'31: a certificate that %s is a mistake to correct; nothing is sent past it',
	async (_what, made) => {
		await showing(made());
		const grant = room.grant();
		expect((await refusalOf(room.tokens().get(grant))).code).toBe('ERR_TOKEN_CONFIG');
		const record = await room.record(grant);
		expect(record).toMatchObject({ health: 'CONFIG_ERROR', refreshToken: 'refresh-0' });
		expect(record.isUncertain).toBeUndefined();
		expect(calls).toBe(0);
	},
);
