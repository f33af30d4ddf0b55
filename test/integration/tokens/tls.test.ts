import { createServer, type Server } from 'node:https';
import { Authority } from '../../servers/certificates';
import { listen } from '../../servers/listen';
import { refusalOf, Room } from './room';

let room: Room;
let server: Server;
let calls = 0;

beforeAll(async () => {
	const { certificate: cert, key } = new Authority('Nobody knows this').issue({
		name: 'localhost',
	});
	server = createServer({ cert, key }, (_request, response) => {
		calls += 1;
		response.end('{}');
	});
	const port = await listen(server);
	room = await Room.open();
	room.service.url = `https://localhost:${port}`;
});
afterAll(async () => {
	await room.close();
	server.closeAllConnections();
	await new Promise((resolve) => server.close(resolve));
});

test('31: a certificate that is not trusted is a mistake to correct; nothing is sent past it', async () => {
	const grant = room.grant();
	expect((await refusalOf(room.tokens().get(grant))).code).toBe('ERR_TOKEN_CONFIG');
	expect(await room.record(grant)).toMatchObject({
		health: 'CONFIG_ERROR',
		refreshToken: 'refresh-0',
	});
	expect((await room.record(grant)).isUncertain).toBeUndefined();
	expect(calls).toBe(0);
});
