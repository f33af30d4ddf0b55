import { connect } from 'node:net';
import { freePort } from '../ports.ts';
import { programOrNull, Throwaway } from './throwaway.ts';

const program = programOrNull('redis-server');

export const hasRedis = program !== null;

/** A Redis of our own for one n8n. */
export interface Redis {
	readonly port: number;
	/** Its files: a log of every change to a key. */
	readonly folder: string;
	/** Every command that it was given, messages between processes included. */
	commands(): string;
	stop(): Promise<void>;
}

export async function startRedis(): Promise<Redis> {
	const server = new Throwaway('redis', 'redis');
	const port = await freePort();
	await server.start(
		port,
		program as string,
		...['--port', String(port), '--bind', '127.0.0.1', '--dir', server.folder],
		...['--save', '', '--appendonly', 'yes', '--appendfsync', 'no'],
		...['--auto-aof-rewrite-percentage', '0'],
	);
	const monitor = watch(port);
	return {
		port,
		folder: server.folder,
		commands: monitor.commands,
		async stop() {
			monitor.close();
			await server.stop();
		},
	};
}

function watch(port: number) {
	const seen: Buffer[] = [];
	const socket = connect(port, '127.0.0.1', () => socket.write('MONITOR\r\n'));
	socket.on('data', (chunk) => seen.push(chunk));
	// Redis ends before we do.
	socket.on('error', () => undefined);
	socket.unref();
	return {
		commands: () => unescape(Buffer.concat(seen).toString()),
		close: () => void socket.destroy(),
	};
}

const LETTERS: Record<string, string> = { n: '\n', r: '\r', t: '\t', a: '\x07', b: '\b' };

/** Redis shows arguments in quotes, with escapes. */
const unescape = (text: string): string =>
	text.replace(/\\(?:x([0-9a-f]{2})|(.))/g, (_all, hex?: string, sign?: string) =>
		hex === undefined ? (LETTERS[sign as string] ?? (sign as string)) : fromHex(hex),
	);

const fromHex = (hex: string) => String.fromCharCode(parseInt(hex, 16));
