import type { Socket } from 'node:net';
import { startListener, type Listener } from './listen';

/*
 * Servers that say the password they were sent wherever their protocol lets them say anything.
 * They speak just enough of it to get there.
 */

/** Says `text` in the greeting, in every announced capability and in every answer. */
export async function startLoudSmtp(
	text: string,
	answers: Record<string, string> = {},
): Promise<Listener & { heard: string[] }> {
	const heard: string[] = [];
	const listener = await startListener((socket) => {
		socket.write(`220 ${text} ESMTP ${text}\r\n`);
		socket.on('data', (data) => {
			for (const line of data.toString().split('\r\n').filter(Boolean)) {
				heard.push(line);
				const verb = line.split(' ')[0]?.toUpperCase() ?? '';
				socket.write(answers[verb] ?? SMTP_ANSWERS(text)[verb] ?? `535 5.7.8 ${text}\r\n`);
			}
		});
	});
	return Object.assign(listener, { heard });
}

const SMTP_ANSWERS = (text: string): Record<string, string> => ({
	EHLO: `250-${text}\r\n250-X-${text}\r\n250-SIZE ${text}\r\n250 AUTH PLAIN ${text}\r\n`,
	QUIT: `221 ${text}\r\n`,
});

const message = (type: string, ...parts: (string | Buffer)[]): Buffer => {
	const body = Buffer.concat(parts.map((part) => Buffer.from(part as string)));
	const length = Buffer.alloc(4);
	length.writeUInt32BE(body.length + 4);
	return Buffer.concat([Buffer.from(type), length, body]);
};
const int = (value: number, bytes: number): Buffer => {
	const buffer = Buffer.alloc(bytes);
	buffer.writeUIntBE(value, 0, bytes);
	return buffer;
};

const CLEARTEXT_PASSWORD = message('R', int(3, 4));
const OK = Buffer.concat([message('R', int(0, 4)), message('Z', 'I')]);

/**
 * PostgreSQL (documentation, chapter 55): asks for the password in clear text, then either refuses
 * it in words that hold it, or gives it as its version.
 */
export async function startLoudPostgres(
	text: string,
	then: 'refuse' | 'welcome',
): Promise<Listener> {
	return await startListener((socket) => {
		socket.once('data', () => {
			socket.write(CLEARTEXT_PASSWORD);
			socket.on('data', (data) =>
				answerPostgres(socket, String.fromCharCode(data[0] as number), text, then),
			);
		});
	});
}

function answerPostgres(socket: Socket, type: string, text: string, then: string): void {
	if (type === 'p' && then === 'welcome') socket.write(OK);
	else if (type === 'p') {
		socket.write(message('E', `SFATAL\0C28P01\0M${text}\0D${text}\0H${text}\0W${text}\0\0`));
	} else if (type === 'Q') {
		const column = Buffer.concat([
			int(0, 4),
			int(0, 2),
			int(25, 4),
			int(0xffff, 2),
			int(0, 4),
			int(0, 2),
		]);
		socket.write(
			Buffer.concat([
				message('T', int(1, 2), 'server_version\0', column),
				message('D', int(1, 2), int(text.length, 4), text),
				message('C', 'SHOW\0'),
				message('Z', 'I'),
			]),
		);
	}
}

const packet = (sequence: number, ...parts: (string | Buffer)[]): Buffer => {
	const body = Buffer.concat(parts.map((part) => Buffer.from(part as string)));
	const head = Buffer.alloc(4);
	head.writeUIntLE(body.length, 0, 3);
	head[3] = sequence;
	return Buffer.concat([head, body]);
};

/**
 * MySQL, protocol version 10: after the greeting it refuses every login in words that hold the text,
 * or asks for the password in clear text.
 */
export async function startLoudMysql(
	text: string,
	then: 'refuse' | 'ask' = 'refuse',
): Promise<Listener & { heard: string[] }> {
	const heard: string[] = [];
	const listener = await startListener((socket) => {
		socket.write(packet(0, ...mysqlGreeting(text)));
		socket.on('data', (data) => {
			heard.push(data.toString('latin1'));
			if (heard.length > 1) return;
			socket.write(
				then === 'ask' ? packet(2, ASK_CLEAR) : packet(2, ACCESS_DENIED, `#28000${text}`),
			);
		});
	});
	return Object.assign(listener, { heard });
}

const ASK_CLEAR = Buffer.from('\xfemysql_clear_password\0', 'latin1');
/** An error packet with number 1045. */
const ACCESS_DENIED = Buffer.from([0xff, 0x15, 0x04]);

const mysqlGreeting = (version: string): (string | Buffer)[] => [
	Buffer.from([10]),
	`${version}\0`,
	Buffer.alloc(4, 1),
	'12345678\0',
	Buffer.from([0xff, 0xf7, 45, 2, 0, 0x0f, 0x80, 21]),
	Buffer.alloc(10),
	'123456789012\0',
	'mysql_native_password\0',
];
