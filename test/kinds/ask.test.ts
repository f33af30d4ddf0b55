import { createServer, type Server } from 'node:http';
import { adviceOn, askDirectly } from '../../src/kinds/ask';
import { freePort, listen } from '../servers/listen';

let server: Server;
let url: string;
const asked: { target: string; body: string; type: string | undefined }[] = [];

beforeAll(async () => {
	server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const { url: target = '', headers } = request;
			asked.push({ target, body: Buffer.concat(chunks).toString(), type: headers['content-type'] });
			if (target === '/reset') return void request.socket.destroy();
			if (target === '/moved') response.writeHead(307, { location: '/elsewhere' });
			if (target === '/refused') response.statusCode = 403;
			response.end(target === '/endless' ? 'x'.repeat(2 ** 20) : 'grün');
		});
	});
	url = `http://127.0.0.1:${await listen(server)}`;
});
afterAll(async () => {
	server.closeAllConnections();
	await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
	asked.length = 0;
});

test('a question arrives as it was put, and the answer comes as text', async () => {
	const headers = { 'content-type': 'text/plain' };
	const answer = await askDirectly({ url: `${url}/a?b=1`, method: 'POST', headers, body: 'ü' });
	expect(answer).toMatchObject({ status: 200, body: 'grün', headers: expect.anything() as object });
	expect(asked).toEqual([{ target: '/a?b=1', body: 'ü', type: 'text/plain' }]);
});

test('a status is an answer, and a redirect is not followed', async () => {
	expect(await askDirectly({ url: `${url}/refused` })).toMatchObject({ status: 403 });
	expect(await askDirectly({ url: `${url}/moved` })).toMatchObject({ status: 307 });
	expect(asked.map(({ target }) => target)).toEqual(['/refused', '/moved']);
});

test('no more is read than an answer may have', async () => {
	const { body = '' } = await askDirectly({ url: `${url}/endless` });
	expect(body.length).toBeLessThanOrEqual(256 * 1024);
});

test('no answer is an error with a reason that can be told', async () => {
	const fault = async (to: string) =>
		await askDirectly({ url: to }).catch((error: unknown) => error);
	expect(adviceOn(await fault(`${url}/reset`))).toMatch(/^It closed the connection/);
	const nobody = await fault(`http://127.0.0.1:${await freePort()}/`);
	expect(adviceOn(nobody)).toMatch(/^Nothing answers/);
	expect(adviceOn(new Error('anything'))).toMatch(/^Check the address/);
});
