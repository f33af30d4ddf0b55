import type { TlsFacts } from './tls';

export interface Server {
	product: 'PostgreSQL' | 'MySQL' | 'MariaDB';
	/** Digits and dots, or `unknown`: free text of a server is not passed on. */
	version: string;
}

/** An open, logged-in connection to a database. */
export interface Session {
	/** @throws {@link Failed} when the server answers no query */
	server(): Promise<Server>;
	tls(): TlsFacts;
	close(): Promise<void>;
}

/** MariaDB puts `5.5.5-` before its version, for old clients. */
const VERSION = /^(?:5\.5\.5-)?(\d{1,3}(?:\.\d{1,3}){0,2})(?!\d)/;

export const versionIn = (text: unknown): string =>
	(typeof text === 'string' ? VERSION.exec(text)?.[1] : undefined) ?? 'unknown';
