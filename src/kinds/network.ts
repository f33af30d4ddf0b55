import { isIP } from 'node:net';
import { z } from '../vendor/zod';
import { unlessExpression } from './fields';
import { isExpression } from './pasted';
import { certificatesOrNull } from './pem';

/** Fields that every kind has that names a server and a way to reach it. */

const NAME = /^[\p{L}\p{N}_]([\p{L}\p{N}_.-]*[\p{L}\p{N}_.])?$/u;

const isHost = (name: string): boolean => isIP(name) !== 0 || NAME.test(name);

/** A value that must be there; the sentence says what to put in. */
export const filled = (sentence: string) => z.string(sentence).min(1, sentence);

/** A name or an address alone: a pasted connection string is refused, with the secrets it may hold. */
export const host = (field = 'Host') =>
	filled(`${field} is empty. Enter the name or address of the server.`).refine(
		unlessExpression((name) => name === '' || isHost(name)),
		`${field} is a name or an address alone, for instance db.example.com or 10.0.0.7: no scheme, user, port, path, brackets or spaces.`,
	);

/** A whole number, or an expression for one; digits may come as text. */
export const whole = (sentence: string, from: number, to: number) =>
	z
		.union([z.number(), z.string()], sentence)
		.refine((value) => isExpression(value) || isWhole(Number(value), from, to), sentence);

const isWhole = (value: number, from: number, to: number): boolean =>
	Number.isInteger(value) && value >= from && value <= to;

export const port = (field = 'Port') => whole(`${field} is a number from 1 to 65535.`, 1, 65_535);

/** Milliseconds. */
export const connectTimeout = () =>
	whole('Connection Timeout is a number of milliseconds from 100 to 120000.', 100, 120_000);

/** What is wrong with a CA field that has to hold certificates, or `null`. */
export const faultOfCa = (text: string): string | null =>
	isExpression(text) || certificatesOrNull(text) !== null
		? null
		: 'CA Certificate is not a certificate. Paste it whole, from the BEGIN CERTIFICATE line to the END CERTIFICATE line.';

/** Whether a host is this very machine, which no one on the network can listen to. */
export const isLoopback = (name: string): boolean =>
	name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
